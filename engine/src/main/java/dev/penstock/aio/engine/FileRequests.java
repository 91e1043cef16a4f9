package dev.penstock.aio.engine;

import dev.penstock.aio.spi.TransferKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of one file that have not ended, by what they wait for. Guarded by the lock of {@link FileOrder}. */
final class FileRequests {
    /** So many transfers are looked at for one that can be helped with. */
    private static final int LOOKS = 64;

    /** Reads, writes, truncates and sizes that are admitted and not done, by place. */
    final BlockList transfers = new BlockList();
    /** Requests behind a barrier, by place. */
    final BlockList backlog = new BlockList();
    /** Admitted appends behind the one that is dispatched. */
    final BlockList appends = new BlockList();
    /** The append that is dispatched. */
    @Nullable
    Block append;
    /** The truncate that all later requests wait for. */
    @Nullable
    Block truncate;

    final FileSyncs syncs;
    private final FileHome home;

    FileRequests(OpenFile file, FileHome home) {
        this.syncs = new FileSyncs(file);
        this.home = home;
    }

    /** Whether nothing is outstanding: no request, and no sync transfer of the file's own. */
    boolean isIdle() {
        return transfers.isEmpty() && backlog.isEmpty() && syncs.isIdle();
    }

    /** See {@link FileOrder#before}. */
    @Nullable
    Block before(Block waiting, int index) {
        if (waiting.queued.isIn(appends)) {
            return index == 0 ? append : null;
        }
        if (!syncs.isWaiting(waiting)) {
            return null;
        }
        int left = index;
        Block each = transfers.first();
        for (int i = 0; i < LOOKS && each != null && each.place < waiting.place; i++) {
            if (each.flight.kind() == TransferKind.WRITE && Life.isInFlight(each.word()) && left-- == 0) {
                return each;
            }
            each = each.outstanding.next();
        }
        return null;
    }

    /** Takes a block that was moved to ENDING while it was queued out of whatever list it waits in. */
    void withdraw(Block block) {
        if (block == truncate) {
            truncate = null;
        }
        if (removeFrom(syncs.lists(), block)) {
            syncs.withdrawIdleTransfer();
        } else if (!removeFrom(List.of(backlog, appends), block)) {
            home.withdraw(block);
        }
    }

    private static boolean removeFrom(List<BlockList> lists, Block block) {
        for (BlockList list : lists) {
            if (block.queued.isIn(list)) {
                list.remove(block.queued);
                return true;
            }
        }
        return false;
    }

    /** Returns every one that may not have ended, oldest first among equals. */
    List<Block> snapshot() {
        List<Block> blocks = snapshotOfTransfers();
        syncs.lists().forEach(list -> addAll(blocks, list));
        addAll(blocks, backlog);
        return blocks;
    }

    /** Returns every transfer that may not have ended, by place. */
    List<Block> snapshotOfTransfers() {
        List<Block> blocks = new ArrayList<>();
        for (Block each = transfers.first(); each != null; each = each.outstanding.next()) {
            blocks.add(each);
        }
        return blocks;
    }

    private static void addAll(List<Block> blocks, BlockList list) {
        for (Block each = list.first(); each != null; each = each.queued.next()) {
            blocks.add(each);
        }
    }

    /** Adds the transfer that syncs wait for, if there is one. */
    List<Block> withSync(List<Block> blocks) {
        Block sync = syncs.running();
        if (sync != null) {
            blocks.add(sync);
        }
        return blocks;
    }
}
