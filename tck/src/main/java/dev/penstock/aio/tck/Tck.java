package dev.penstock.aio.tck;

import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;

/** The tests as a whole: what they test, and which they are. */
public final class Tck {
    /** Guarded by the class. */
    private static UnderTestFactory factory;

    private Tck() {}

    /**
     * Names what is to be tested, in place of what {@link ServiceLoader} would find.
     *
     * @param underTestFactory used by every test that starts from now on
     */
    public static synchronized void use(UnderTestFactory underTestFactory) {
        factory = Objects.requireNonNull(underTestFactory, "underTestFactory");
    }

    /**
     * Returns what is to be tested, the same one until another is named.
     *
     * @throws IllegalStateException if there is none
     */
    public static synchronized UnderTestFactory factory() {
        if (factory == null) {
            factory = ServiceLoader.load(UnderTestFactory.class)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no UnderTestFactory: name one in META-INF/services or call Tck.use"));
        }
        return factory;
    }

    /** Returns every class of tests, for a runner that cannot scan packages. */
    public static List<Class<?>> classes() {
        return List.of(
                AioHeaderTest.class,
                AppendContractTest.class,
                AppendDispatchContractTest.class,
                ArenaContractTest.class,
                AssertionCoverageTest.class,
                BufferContractTest.class,
                BulkIntegrityTest.class,
                BusyBlockContractTest.class,
                CallbackContractTest.class,
                CallbackFailureContractTest.class,
                CallbackThreadContractTest.class,
                CancelAllContractTest.class,
                CancelContractTest.class,
                CancelRaceContractTest.class,
                CloseContractTest.class,
                CloseInCallbackContractTest.class,
                CompletionQueueCloseContractTest.class,
                CompletionQueueContractTest.class,
                DirectContractTest.class,
                FullTransferContractTest.class,
                GroupCommitContractTest.class,
                InstanceContractTest.class,
                IntegrityTest.class,
                LeaseContractTest.class,
                LimitContractTest.class,
                ListContractTest.class,
                ListEntryContractTest.class,
                ListEventContractTest.class,
                ListFailureContractTest.class,
                ListOutcomeContractTest.class,
                ListRefusalContractTest.class,
                ModelTest.class,
                OpenContractTest.class,
                OpenRefusalContractTest.class,
                PeerDirectTest.class,
                PeerTransferTest.class,
                PoisonContractTest.class,
                PriorityContractTest.class,
                RequestCancelContractTest.class,
                RequestContractTest.class,
                RequestStageContractTest.class,
                SigEventContractTest.class,
                StatusContractTest.class,
                StopContractTest.class,
                SubmitContractTest.class,
                SuspendContractTest.class,
                SuspendInterruptContractTest.class,
                SuspendThreadsContractTest.class,
                SuspendTimeContractTest.class,
                SyncBarrierContractTest.class,
                SyncContractTest.class,
                SyncFailureContractTest.class,
                SyncOvertakingContractTest.class,
                TapContractTest.class,
                TransferContractTest.class,
                TruncateContractTest.class,
                VectoredContractTest.class,
                VirtualThreadContractTest.class);
    }
}
