"""So many requests a minute from one address, however it is dressed up."""

from ipaddress import IPv6Address
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.http import rate_limit
from app.http.rate_limit import network_of
from app.main import create_app
from app.settings import Settings
from tests.conftest import client_of

PATH = "/v1/limits"


def statuses(client: TestClient, count: int, **headers: str) -> list[int]:
    return [client.get(PATH, headers=headers).status_code for _ in range(count)]


def peer(url: str, address: str, **settings: object) -> TestClient:
    """A client at ADDRESS of an application of its own, which lets three requests a minute pass."""
    app = create_app(Settings(database_url=url, rate_limit=3, **settings))  # type: ignore[arg-type]
    return TestClient(app, client=(address, 50000))


def test_off_by_default(client: TestClient) -> None:
    """Without the setting nothing is counted and nothing is said."""
    answer = client.get(PATH)
    assert "ratelimit" not in answer.headers
    assert answer.json()["data"]["rate"] == {"requests": None, "seconds": 60}


def test_too_many_are_refused_and_told_when_to_return(seeded_url: str) -> None:
    """The headers count down (draft-ietf-httpapi-ratelimit-headers-10); then a 429 problem with `Retry-After`."""
    with client_of(seeded_url, rate_limit=3) as client:
        answers = [client.get(PATH) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[0].json()["data"]["rate"] == {"requests": 3, "seconds": 60}
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"default";q=3;w=60'}
    assert [answer.headers["ratelimit"].split(";")[:2] for answer in answers] == [
        ['"default"', f"r={left}"] for left in (2, 1, 0, 0, 0)
    ]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["cache-control"] == "no-store"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].endswith(f";t={refused.headers['retry-after']}")
    assert refused.json()["status"] == 429


def test_a_page_of_another_origin_reads_the_refusal(seeded_url: str) -> None:
    """A 429 is open to every origin, like any answer."""
    with client_of(seeded_url, rate_limit=1) as client:
        client.get(PATH)
        refused = client.get(PATH, headers={"Origin": "https://example.org"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, "*")
    assert {"RateLimit", "Retry-After"} <= set(refused.headers["access-control-expose-headers"].split(", "))


def test_confirmed_and_kept_answers_count_too(seeded_url: str) -> None:
    """A 304 and an answer from memory are requests."""
    with client_of(seeded_url, rate_limit=3) as client:
        tag = client.get(PATH).headers["etag"]
        assert statuses(client, 2, **{"If-None-Match": tag}) == [304, 304]
        assert statuses(client, 1) == [429]


def test_after_the_minute_it_begins_anew(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Retry-After` is kept to: refused a moment before, answered then."""
    now = 1000.0
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: now))
    with client_of(seeded_url, rate_limit=2) as client:
        assert statuses(client, 3) == [200, 200, 429]
        now += 59.9
        refused = client.get(PATH)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        now += 0.2
        assert statuses(client, 3) == [200, 200, 429]


def test_who_watches_is_not_counted(seeded_url: str) -> None:
    """Health, readiness and metrics are answered always."""
    with client_of(seeded_url, rate_limit=1) as client:
        assert statuses(client, 2) == [200, 429]
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "X-Client-IP"])
def test_a_forged_header_does_not_escape(seeded_url: str, header: str) -> None:
    """Whoever asks directly is counted by the address that asks, whatever the headers say; the loopback no less."""
    for address in ("203.0.113.7", "127.0.0.1"):
        with peer(seeded_url, address) as client:
            forged = [client.get(PATH, headers={header: f"198.51.100.{n}"}).status_code for n in range(4)]
            assert forged == [200, 200, 200, 429]


def test_a_trusted_proxy_tells_for_whom_it_asks(seeded_url: str) -> None:
    """Behind a proxy that the setting names each client is counted alone, and what it forges before the proxy's word is
    not read."""
    with peer(seeded_url, "10.1.2.3", trusted_proxies="10.0.0.0/8, 192.0.2.1") as client:
        assert statuses(client, 4, **{"X-Forwarded-For": "198.51.100.1"}) == [200, 200, 200, 429]
        assert statuses(client, 1, **{"X-Forwarded-For": "198.51.100.2"}) == [200]
        assert statuses(client, 1, **{"X-Forwarded-For": "8.8.8.8, 198.51.100.1"}) == [429]
        assert statuses(client, 1, **{"X-Forwarded-For": "198.51.100.1, 10.9.9.9"}) == [429]


def test_another_proxy_is_not_believed(seeded_url: str) -> None:
    """Only the proxies that are named."""
    with peer(seeded_url, "203.0.113.7", trusted_proxies="10.0.0.0/8") as client:
        forged = [client.get(PATH, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert forged == [200, 200, 200, 429]


def test_a_wrong_network_is_refused_at_start() -> None:
    """A proxy that is no address is told when the settings are read."""
    with pytest.raises(ValueError, match=r"proxy\.example"):
        Settings(trusted_proxies="10.0.0.1,proxy.example")


@given(
    prefix=st.binary(min_size=8, max_size=8),
    hosts=st.tuples(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8)),
)
def test_a_customer_has_one_count(prefix: bytes, hosts: tuple[bytes, bytes]) -> None:
    """All addresses of a /64 count as one, and those of another /64 as another."""
    one, two = (network_of(str(IPv6Address(prefix + host))) for host in hosts)
    other = network_of(str(IPv6Address(bytes([prefix[0] ^ 1]) + prefix[1:] + hosts[0])))
    assert other != one
    assert one == two or IPv6Address(prefix + hosts[0]).ipv4_mapped or IPv6Address(prefix + hosts[1]).ipv4_mapped


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "other"),
        ("unknown", "other"),
    ],
)
def test_whom_an_address_counts_for(address: str, key: str) -> None:
    """IPv4 alone, IPv6 by /64, and what is no address all together."""
    assert network_of(address) == key
