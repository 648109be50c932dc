import pytest

from messaging.verp import delivery_of, return_address


@pytest.mark.parametrize("number", [1, 12, 10**15])
def test_a_return_address_names_its_message(number):
    address = return_address(delivery_id=number, domain="bounce.example.com")
    assert delivery_of(address) == number
    assert delivery_of(f"<{address.upper()}>") == number
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "forge",
    [
        lambda good: good.replace("b+12.", "b+13."),
        lambda good: good.replace("b+12.", "b+012."),
        lambda good: good.replace(good[5:7], "zz"),
        lambda good: "b+12.@bounce.example.com",
        lambda good: "",
        lambda good: "x" + good,
    ],
)
def test_an_address_that_we_did_not_make_names_nothing(forge):
    assert delivery_of(forge(return_address(delivery_id=12, domain="bounce.example.com"))) is None


def test_another_key_makes_another_address(settings):
    good = return_address(delivery_id=12, domain="bounce.example.com")
    settings.TICKET_SIGNING_KEY = "other"
    assert delivery_of(good) is None
