package dev.penstock.aio.notification.fanout;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The groups that there are, each as long as somebody is in it, and the open files. Who joins or opens finds out which of
 * them match, so that the path of a request only reads the answer. No lock is held meanwhile, for a glob may take long.
 *
 * <p>A new group is visible before it looks at the files, and a new file before it looks at the groups: at least one
 * of them sees the other, and both may. One that is left is over before it is taken off the files; who adds it to a file
 * looks at that afterwards.
 */
final class Groups {
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

    private final List<Group> groups = new CopyOnWriteArrayList<>();
    private final Set<FileFanOut> files = ConcurrentHashMap.newKeySet();

    Groups(int capacity) {
        this.capacity = capacity;
    }

    void opened(FileFanOut file) {
        files.add(file);
        for (Group group : groups) {
            offer(group, file);
        }
    }

    void closed(FileFanOut file) {
        files.remove(file);
    }

    private static void offer(Group group, FileFanOut file) {
        if (file.matches(group)) {
            file.add(group);
            if (group.isOver()) {
                file.remove(group);
            }
        }
    }

    /** Joins a group, which is made if there is none: what ends once this has returned is in its ring. */
    Group join(Group.Key key) {
        Group joined;
        synchronized (this) {
            Membership membership =
                    memberships.computeIfAbsent(key, wanted -> new Membership(new Group(wanted, capacity)));
            joined = membership.group;
            if (membership.members++ == 0) {
                groups.add(joined);
            }
        }
        // Also if it was there: whoever made it may still be at it.
        for (FileFanOut file : files) {
            offer(joined, file);
        }
        return joined;
    }

    /** Before those who wait for something say so. */
    void awaitNothing() {
        groups.forEach(Group::awaitNothing);
    }

    void leave(Group group) {
        synchronized (this) {
            Membership membership = memberships.get(group.key());
            if (membership == null || membership.group != group || --membership.members > 0) {
                return;
            }
            memberships.remove(group.key());
            groups.remove(group);
            group.end();
        }
        files.forEach(file -> file.remove(group));
    }
}
