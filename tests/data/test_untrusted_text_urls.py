"""Nobody sees the password in a URL, however the URL is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.untrusted_text import hide_credentials


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://post:lantern@hq.example/public", "https://…@hq.example/public"),
        ("https://lantern@hq.example", "https://…@hq.example"),
        ("http://post:lan@tern@hq.example:8080", "http://…@hq.example:8080"),
        ("http://post:lantern@[::1]:80/", "http://…@[::1]:80/"),
        ("http://post:lantern@", "http://…@"),
        ("neither http://a:lantern@b nor http://c:lantern@d", "neither http://…@b nor http://…@d"),
        ("http://post:lan/tern@hq.example", "http://…@hq.example"),
        ("tcp:/post:lantern@hq.example", "tcp:/…@hq.example"),
        ("https:post:lantern@hq.example", "https:…@hq.example"),
        ("post:lantern@hq.example", "post:…@hq.example"),
        ("http:\\\\post:lantern@hq.example", "http:\\\\…@hq.example"),
        ("https://hq.example/public?token=lantern", "https://hq.example/public?…"),
        ("/srv/lists@post", "/srv/lists@post"),
        ("Who asks? post: nobody@hq", "Who asks? post: nobody@hq"),
    ],
)
def test_what_stands_before_the_host_is_hidden(text: str, shown: str) -> None:
    assert hide_credentials(text) == shown


@given(st.text(alphabet=st.characters(exclude_characters=" \t\n\r", exclude_categories=("Z", "C")), min_size=1))
def test_no_part_of_it_stays_whatever_is_in_it(password: str) -> None:
    assert hide_credentials(f"https://u:{password}@hq.example/x") == "https://…@hq.example/x"
