"""Faults that other tests prove, and only they: names, TLS, consumers, clocks, stores."""

from __future__ import annotations

from tests.faults.row import Row

TRANSPORT = "tests/transport::"
OWN = "tests/faults::"

ROWS = (
    Row(
        1,
        "the name does not resolve, or slowly",
        (),
        (
            f"{TRANSPORT}test_a_name_that_does_not_resolve_is_a_typed_error",
            f"{TRANSPORT}test_time_to_connect_is_limited_with_tls_in_it",
        ),
        note="looking up a name is part of `connect`",
    ),
    Row(
        2,
        "connection refused",
        (),
        (
            f"{TRANSPORT}test_a_refused_connection_is_a_typed_error",
            f"{TRANSPORT}test_localhost_is_found_on_either_family",
        ),
    ),
    Row(
        3,
        "certificates and TLS",
        (),
        (
            f"{TRANSPORT}test_a_stranger_gets_no_byte_of_the_request",
            f"{TRANSPORT}test_old_tls_is_refused",
            f"{TRANSPORT}test_a_missing_client_certificate_is_a_typed_error",
            "tests/transport::test_a_tls_error_has_no_chain",
        ),
    ),
    Row(
        6,
        "a kept connection that the server has closed",
        (),
        (
            f"{TRANSPORT}test_a_kept_connection_that_the_server_closed_is_not_used",
            f"{TRANSPORT}test_a_request_that_left_is_never_sent_again",
            f"{TRANSPORT}test_a_close_that_a_busy_loop_has_not_seen_yet_is_seen",
        ),
        note="a close that is seen in time costs nothing; a request that may have left is repeated by the retry layer alone",
    ),
    Row(
        57,
        "the reader goes away",
        (),
        (
            f"{OWN}test_a_reader_who_goes_away_closes_the_connection",
            f"{TRANSPORT}test_cancelling_at_any_step_leaves_the_next_call_working",
            f"{TRANSPORT}test_a_storm_of_cancellations_leaks_nothing",
            "tests/pipeline::test_a_reader_who_goes_away_is_no_failure",
        ),
    ),
    Row(58, "the reader is slow", (), ("tests/transport::test_a_reader_that_does_not_read_stops_the_server",)),
    Row(
        59,
        "fork, another event loop, threads",
        (),
        (
            f"{TRANSPORT}test_a_forked_child_takes_connections_of_its_own",
            f"{TRANSPORT}test_another_loop_gets_connections_of_its_own",
            f"{TRANSPORT}test_a_loop_that_ends_without_its_shutdown_is_cleaned_up_by_the_next",
            f"{TRANSPORT}test_threads_share_a_transport",
        ),
    ),
    Row(60, "the wall clock jumps", (), (f"{OWN}test_a_wall_clock_that_jumps_changes_no_deadline",)),
    Row(
        61,
        "no file descriptors, no disk",
        (),
        (
            f"{OWN}test_without_file_descriptors_a_call_fails_by_its_name_and_the_next_one_works",
            "tests/metering::test_a_sink_that_fails_fails_no_call_and_gets_its_records_later",
        ),
    ),
    Row(
        62,
        "the store of a layer is away",
        (),
        (
            "tests/metering::test_a_store_that_is_away_closes_or_opens_as_told",
            "tests/stores::test_without_its_server_a_budget_is_closed_unless_told",
            "tests/stores::test_a_server_that_is_away_is_gone_around_or_closes_the_layer",
        ),
    ),
    Row(
        63,
        "a process is killed in the middle of a call",
        (),
        (
            "tests/metering::test_a_killed_process_loses_no_money_and_keeps_none",
            "tests/stores::test_processes_that_are_killed_lose_no_money_and_keep_none",
        ),
        note="a gateway that drains its streams is not there yet",
    ),
    Row(
        64,
        "1,000 calls at once with a budget for 100",
        (),
        (
            "tests/metering::test_of_many_threads_exactly_as_many_get_in_as_there_is_money_for",
            "tests/metering::test_of_many_processes_exactly_as_many_get_in_as_there_is_money_for",
            "tests/stores::test_eight_processes_with_a_budget_for_a_hundred_calls_make_a_hundred",
        ),
    ),
)
