package dev.mirror.house;

import java.util.List;

/** What mirror promises, and the tests that show it most plainly: {@code ClassTest.method}. */
enum Guarantee {
    I1(
            "Nothing acknowledged is lost",
            "Who was told that a publication is in the log finds it there after any single fault, and every subscriber whose"
                    + " subscription covers it gets it, or is told that something is missing.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "DeliverySimulationTest.i1_i2_i3_w31_w32_everybodyHasEverythingOnceAndInOrder",
            "HubTest.i1_i2_i3_connectionsThatBreakAtAnyFrameLoseAndDoubleNothing",
            "KillRunsTest.f1_i1_i2_i3_i4_i5_nothingIsLostDoubledMisorderedOrLeakedByKills",
            "FaultsTest.i1_to_i12_faultsInSmallBreakNoPromise",
            "LogFaultTest.i1_listenersHearWhatWasCommittedAndNothingElse",
            "PostgresLogFaultsTest.i1_aCommitWhoseAnswerWasLostIsFoundAndNotRepeated"),
    I2(
            "Nothing comes twice",
            "A publish with the same publisher and id is one publication however often it is tried again, and an application is"
                    + " handed each position of a channel once.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "EngineTest.i2_eventThatComesTwiceIsHandedOnOnce",
            "HandlingTest.i1_i2_i3_botThatRestartsWhileConnectionsBreakHandlesEverythingOnce",
            "ReaderTest.i1_i2_i3_connectionsThatBreakLeaveNoHoleAndDoubleNothing",
            "PageKillTest.i1_i2_i3_thePageAndABotComeThroughKillsWithEveryMessageOnceAndInOrder"),
    I3(
            "One order for everybody",
            "All who look at a channel see the same publication at the same offset, without a hole, and what was acknowledged"
                    + " before something else was said stands before it.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "DeliverySimulationTest.i1_i2_i3_w31_w32_everybodyHasEverythingOnceAndInOrder",
            "HandlingTest.i3_conversationWaitsInOrderWhileOthersGoOn",
            "KillRunsTest.f1_i1_i2_i3_i4_i5_nothingIsLostDoubledMisorderedOrLeakedByKills"),
    I4(
            "Nothing is made up",
            "What is delivered was published, as it was, by whom it names; what was refused never appears; what is damaged in"
                    + " the store is not served.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "LogDamageTest.i4_aRowThatIsNotWhatWasWrittenIsNotServed",
            "LogDamageTest.i4_aListenerHearsEverythingElse",
            "KillRunsTest.f1_i1_i2_i3_i4_i5_nothingIsLostDoubledMisorderedOrLeakedByKills"),
    I5(
            "A direct message is between two",
            "Nobody but the two users can subscribe to a conversation, read it, write to it or learn that it exists; this is"
                    + " checked at every request.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "AccessPolicyTest",
            "DirectTest",
            "KillRunsTest.f1_i1_i2_i3_i4_i5_nothingIsLostDoubledMisorderedOrLeakedByKills"),
    I6(
            "Memory is bounded",
            "Who does not read costs at most what one connection may hold, all of them together at most what all may hold, and"
                    + " nobody else is slowed.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "GaugeTest",
            "FaultsTest.i1_to_i12_faultsInSmallBreakNoPromise",
            "OutboxTest.i6_allOutboxesTogetherAreBoundedButForALittleInEach",
            "SlowConsumerTest.i6_w10_aPeerThatPingsAndReadsNothingIsClosed",
            "LogLoadTest.i6_moreThanMayWaitIsBusyAndNothingElseSuffers",
            "StoreFaultsTest.i6_w53_aSilentStoreFillsTheLimitAndNothingElse",
            "StreamTest.i6_morePollsThanMayBeOpenAreBusy"),
    I7(
            "What comes in is bounded",
            "The bytes of a head, a frame and a message, the depth and length of JSON, the channels and requests of a session are"
                    + " limited before memory is taken for them; no bytes make anything throw that is not meant to.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "FrameFuzzTest",
            "HandshakeFuzzTest",
            "JsonFuzzTest",
            "ChannelNameFuzzTest",
            "HttpFuzzTest",
            "RequestFuzzTest",
            "WireFuzzTest",
            "TokenFuzzTest",
            "LoginTokenFuzzTest",
            "CommonRulesTest.f18_bombsCostTheSenderNothingButARefusal",
            "ReadLimitsTest.i7_w56_subscriptionsAndWatchesWithoutAnAnswerAreCounted"),
    I8(
            "Going down loses nothing",
            "After SIGTERM what was read is committed and answered, what waits is sent, and clients are told to come back, not"
                    + " all at once; the process ends with 0 within its deadline.",
            "StoreFaultsTest.i8_w55_whatWasReadBeforeTheServerGoesDownIsAnswered",
            "StoreFaultsTest.i8_w55_notAllComeBackAtTheSameMoment",
            "FrontPortTest.i8_theEndSaysRestartAndReadinessSaysSoBefore",
            "ProcessTest.i8_o2_o25_sigtermEndsItWith0AndItsLogHasNoSecret",
            "DrainUnderLoadTest.i8_w55_anEndUnderLoadLosesNothingAndLeavesNothingOpen"),
    I9(
            "It is back soon",
            "A killed node with a million stored messages is ready within 3 s, and 1,000 clients have what they missed 5 s later."
                    + " Measured, not tested: [performance.md](performance.md) has the figures; the tests are about what is resumed.",
            "SocketTest.i1_i2_serverThatRestartsLosesAndDoublesNothing",
            "PostgresFaultsTest.f2_aKilledServerIsUnavailableAndBackWithoutARestartOfTheNode"),
    I10(
            "It says when it cannot",
            "While the store is away, full or silent, a publish gets an error with a stable name within 5 s; never silence, never"
                    + " an acknowledgement that is not true. What can be read is read.",
            "StoreFaultsTest.i10_w53_aPublishThatIsNeverAnsweredFailsWithinFiveSeconds",
            "FaultsTest.i1_to_i12_faultsInSmallBreakNoPromise",
            "LogFaultTest.i10_aCommitThatDidNotHappenIsNotAcknowledged",
            "LogFaultTest.i10_aDiskThatFailedToSyncStopsEveryWrite",
            "LogRoomTest.i10_withoutRoomAPublishSaysSoAndReadsGoOn"),
    I11(
            "A fault of one is nobody else's",
            "Nothing that one connection, channel or user does ends another's connection.",
            "SeedsTest.i1_i2_i3_i4_i5_i6_i7_i11_everySeedKeepsEveryPromise",
            "FaultsTest.i1_to_i12_faultsInSmallBreakNoPromise",
            "GuardsTest.j6_whateverACallbackThrowsEndsItsConnectionOnly",
            "SlowConsumerTest.i11_w10_whoReadsStaysConnectedWhileOthersHoldAllThatMayWait",
            "LogLoadTest.i11_onePublishThatFailsIsNobodyElsesFault",
            "LoopTest.i11_twoThousandConnectionsComeAndGoAndLeaveNothing"),
    I12(
            "Who has vanished is noticed",
            "A connection that nothing is heard of for 35 s is closed and what it held released.",
            "FaultsTest.i1_to_i12_faultsInSmallBreakNoPromise",
            "GuardsTest.j15_w9_silenceIsPingedThenClosedAndAnyByteIsLife",
            "GuardsTest.w9_aMessageThatDripsIsClosedAfterTenSeconds");

    private final String title;
    private final String promise;
    /** With spaces between them. */
    private final String tests;

    Guarantee(String title, String promise, String... tests) {
        this.title = title;
        this.promise = promise;
        this.tests = String.join(" ", tests);
    }

    String title() {
        return title;
    }

    String promise() {
        return promise;
    }

    /** Whole classes, or single methods of them. */
    List<String> tests() {
        return List.of(tests.split(" ", -1));
    }
}
