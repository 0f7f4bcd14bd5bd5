"""Neighbours on the local network: what is a proper hello, who is remembered."""

import threading
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.kit.neighbours.discovery import Hello, NeighbourTable, exchange_hellos, hello_from, is_local
from sync.limits import LIMITS
from tests.support.waiting import GUARD_S


@given(
    st.binary(max_size=600)
    | st.builds(Hello.to_bytes, st.builds(Hello, st.text(max_size=40), st.integers(), st.integers()))
)
def test_whatever_is_heard_is_a_proper_hello_or_none(content: bytes) -> None:
    hello = hello_from(content)
    if hello is not None:
        assert 0 < hello.port < 65536 and hello.version >= 0 and len(hello.kit) <= 32
        assert hello_from(hello.to_bytes()) == hello


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("192.168.1.7", True),
        ("10.0.0.1", True),
        ("169.254.3.4", True),
        ("127.0.0.1", True),
        ("::ffff:192.168.1.7", True),
        ("fe80::1%eth0", True),
        ("8.8.8.8", False),
        ("2001:4860::8888", False),
        ("::", False),
        ("nonsense", False),
    ],
)
def test_only_a_local_network_counts(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_a_few_neighbours_are_remembered_and_the_newest_word_counts() -> None:
    known = NeighbourTable()
    for number in range(LIMITS.neighbours + 3):
        known.add_hello(f"10.0.0.{number}", Hello("x", 80, 1))
    assert len(known.urls) == LIMITS.neighbours
    assert known.urls[0] == f"http://10.0.0.{LIMITS.neighbours + 2}:80"
    assert known.add_hello("8.8.8.8", Hello("x", 80, 1)) is None


def test_kits_on_one_network_hear_each_other() -> None:
    ended, heard, all_heard = Event(), [], Event()
    words = [Hello("one", 1001, 7), Hello("two", 1002, 8)]

    def hear(sender: str, hello: Hello) -> None:
        heard.append(hello)
        if len(set(heard)) == 2:
            all_heard.set()

    talkers = [threading.Thread(target=exchange_hellos, args=(lambda word=word: word, hear, ended)) for word in words]
    for talker in talkers:
        talker.start()
    all_heard.wait(GUARD_S)
    ended.set()
    for talker in talkers:
        talker.join()
    if not heard:
        pytest.skip("this machine has no interface that knows multicast")
    assert set(heard) == set(words)
