package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.spi.TappedFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The groups that there are: each as long as somebody is in it. Files look at an immutable snapshot, whose number tells
 * them whether what they found out is still true.
 */
final class Groups {
    /** The groups at one moment. */
    record Snapshot(long number, List<Group> groups) {
        /** Returns the groups that might want something of a file. */
        List<Group> of(TappedFile file) {
            return groups.stream().filter(group -> group.key().matches(file)).toList();
        }
    }

    private static final class Membership {
        final Group group;
        int members;

        Membership(Group group) {
            this.group = group;
        }
    }

    private final int capacity;
    /** Guarded by this. */
    private final Map<Group.Key, Membership> memberships = new HashMap<>();

    private volatile Snapshot snapshot = new Snapshot(0, List.of());

    Groups(int capacity) {
        this.capacity = capacity;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Joins a group, which is made if there is none: what ends from now on is in its ring. */
    synchronized Group join(Group.Key key) {
        Membership membership = memberships.computeIfAbsent(key, wanted -> new Membership(new Group(wanted, capacity)));
        if (membership.members++ == 0) {
            publish();
        }
        return membership.group;
    }

    synchronized void leave(Group group) {
        Membership membership = memberships.get(group.key());
        if (membership != null && membership.group == group && --membership.members == 0) {
            memberships.remove(group.key());
            publish();
        }
    }

    private void publish() {
        List<Group> now = memberships.values().stream().map(each -> each.group).toList();
        snapshot = new Snapshot(snapshot.number() + 1, now);
    }
}
