"""Only public addresses are fetched for import, redirects included; within a size and a time; as robots allow."""

import pytest

from knowledge.addresses import AddressRefused, Resolve, pinned
from knowledge.fetch import Fetcher, NotFetched, RobotsRefuse
from tests.site import Site, page, serving_site

TEXT = page("Gulls", "<p>Feeding gulls costs three dollars for each day of the year.</p>")


def leads_to(*addresses: str) -> Resolve:
    async def resolver(host: str, port: int) -> tuple[str, ...]:
        return addresses

    return resolver


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104 - an address to refuse
        "255.255.255.255", "192.0.2.7", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "2001:db8::1", "fe80::1%eth0",
    ],
)  # fmt: skip
async def test_a_host_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match="not public"):
        await pinned("http://gulls.example.com/", resolver=leads_to(address))


async def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(AddressRefused):
        await pinned("https://gulls.example.com/", resolver=leads_to("93.184.216.34", "10.0.0.1"))


async def test_a_public_host_is_pinned_to_the_address_that_was_checked() -> None:
    found = await pinned("https://gulls.example.com/a?b=c", resolver=leads_to("93.184.216.34"))

    assert found.pinned_url == "https://93.184.216.34:443/a?b=c"
    assert found.origin == "gulls.example.com"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://gulls.example.com/", "file:///etc/passwd", "gopher://gulls.example.com/", "http://",
        "http://user:secret@gulls.example.com/", "http://gulls.example.com:22/", "http://gulls.example.com:99999/",
        "http://gulls.example.com\\@127.0.0.1/", "http://gulls.example.com/\r\nHost: x", "javascript:alert(1)",
        "http://[::1", "https://gulls.example.com/" + "a" * 3_000,
    ],
)  # fmt: skip
async def test_what_is_no_plain_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await pinned(url, resolver=leads_to("93.184.216.34"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1", "localhost"])
async def test_other_ways_to_write_this_machine_are_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        await pinned(f"http://{host}/")


async def test_the_test_setting_lets_this_machine_through_and_nothing_else() -> None:
    assert (
        await pinned("http://x.example.com:8080/", allow_loopback=True, resolver=leads_to("127.0.0.1"))
    ).port == 8080
    with pytest.raises(AddressRefused):
        await pinned("http://x.example.com/", allow_loopback=True, resolver=leads_to("169.254.169.254"))


async def test_this_machine_is_refused_without_the_test_setting() -> None:
    async with serving_site(Site({"/": TEXT})) as address:
        with pytest.raises(AddressRefused):
            await Fetcher().fetch(f"{address}/")


def fetcher(**keys: object) -> Fetcher:
    return Fetcher(allow_loopback=True, pause=0, **keys)  # type: ignore[arg-type]


async def test_a_page_is_fetched_from_where_it_was_moved_to() -> None:
    async with serving_site(Site({"/gulls": TEXT})) as address:
        found = await fetcher().fetch(f"{address}/redirect?to=/gulls")

    assert found.url == f"{address}/gulls"
    assert b"three dollars" in found.content


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd", "ftp://x.example.com/"],
)
async def test_a_redirect_that_leads_inside_is_refused(target: str) -> None:
    async with serving_site(Site({})) as address:
        with pytest.raises(AddressRefused):
            await fetcher().fetch(f"{address}/redirect?to={target}")


async def test_a_circle_of_redirects_ends() -> None:
    async with serving_site(Site({})) as address:
        with pytest.raises(NotFetched, match="moved"):
            await fetcher().fetch(f"{address}/circle")


async def test_a_page_that_is_too_large_is_not_read_to_its_end() -> None:
    async with serving_site(Site({"/big": "x" * 50_000})) as address:
        with pytest.raises(NotFetched, match="larger"):
            await fetcher(most_bytes=10_000).fetch(f"{address}/big")


async def test_a_page_that_drips_is_given_up_in_time() -> None:
    async with serving_site(Site({})) as address:
        with pytest.raises(NotFetched, match="did not come"):
            await fetcher(seconds=0.5).fetch(f"{address}/slow")


@pytest.mark.parametrize(("path", "why"), [("/missing", "404"), ("/packed", "packed")])
async def test_what_cannot_be_had_is_said(path: str, why: str) -> None:
    async with serving_site(Site({})) as address:
        with pytest.raises(NotFetched, match=why):
            await fetcher().fetch(address + path)


async def test_what_robots_forbids_is_not_fetched() -> None:
    site = Site({"/private/a": TEXT, "/open": TEXT}, robots="User-agent: *\nDisallow: /private/\n")
    async with serving_site(site) as address:
        await fetcher().fetch(f"{address}/open")
        with pytest.raises(RobotsRefuse):
            await fetcher().fetch(f"{address}/private/a")

    assert site.asked["/private/a"] == 0


async def test_nothing_is_fetched_where_robots_cannot_be_had() -> None:
    async with serving_site(Site({"/open": TEXT}, robots_status=503)) as address:
        with pytest.raises(RobotsRefuse):
            await fetcher().fetch(f"{address}/open")
