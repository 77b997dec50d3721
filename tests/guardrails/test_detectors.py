"""What detectors find, and what they leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkit.guardrails import found, html, injection_score, links, numbers, pii, terminal, words
from llmkit.guardrails.words import folded, quickly_folded
from tests.guardrails.injection_examples import FIRST_ATTACKS, FIRST_HARMLESS, LATER_ATTACKS, LATER_HARMLESS


def kinds(detector: object, text: str) -> list[str]:
    return [one.kind for one in found(detector, text)]  # type: ignore[arg-type] # any detector


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111.", ["card"]),
        ("card 4111-1111-1111-1112", []),
        ("amex 378282246310005", ["card"]),
        ("mir 2200 0000 0000 0004", ["card"]),
        ("jcb 3530111333300000 and diners 30569309025904", ["card", "card"]),
        ("zeros 0000 0000 0000 0000", []),
        ("GB82 WEST 1234 5698 7654 32 please", ["iban"]),
        ("DE89370400440532013000", ["iban"]),
        ("DE89370400440532013001", []),
        ("write to a.b+c@mail.example.org.", ["email"]),
        ("@handle and a@b", []),
        ("call +49 30 1234567 now", ["phone"]),
        ("host 192.168.0.1 up", ["ip"]),
        ("version 1.2.3 and 300.1.1.1", []),
        ("at 2001:db8::1", ["ip"]),
        ("at 10:30:15", []),
    ],
)
def test_personal_data_is_validated(text: str, expected: list[str]) -> None:
    """A row of digits is not yet a card."""
    assert expected == kinds(pii(), text)


# Published examples of the issuing authorities or of articles about the numbers, and the same with a wrong check digit.
@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("id:br", "529.982.247-25", "529.982.247-26"),
        ("id:cn", "11010519491231002X", "110105194912310021"),
        ("id:es", "12345678Z", "12345678A"),
        ("id:it", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("id:fr", "255081416802538", "255081416802539"),
        ("id:de", "86095742719", "86095742718"),
        ("id:nl", "111222333", "111222334"),
        ("id:be", "85.07.30-033.28", "85.07.30-033.29"),
        ("id:pl", "44051401359", "44051401358"),
        ("id:se", "811228-9874", "811228-9875"),
        ("id:fi", "131052-308T", "131052-308U"),
        ("id:in", "2341 2341 2346", "2341 2341 2347"),
        ("id:tr", "10000000146", "10000000147"),
        ("id:ca", "130-692-544", "130-692-545"),
        ("id:gb", "943 476 5919", "943 476 5918"),
        ("id:us", "078-05-1120", "000-05-1120"),
    ],
)
def test_national_ids_have_check_digits(kind: str, right: str, wrong: str) -> None:
    assert [kind] == kinds(numbers(kind), f"no. {right}, yes")
    assert [] == kinds(numbers(kind), f"no. {wrong}, yes")


@pytest.mark.parametrize("text", ["bad", "BAD!", "ｂａｄ", "b\u200bad", "bád", "b\u0430d"])
def test_a_blocked_word_is_found_in_disguise(text: str) -> None:
    assert ["word"] == kinds(words("bad"), f"so {text} it is")


@settings(max_examples=80, deadline=None)
@given(
    st.text(
        st.sampled_from("aB\xe9 \xf1\u574f\u3042\u3099\u30ac\ud55c\u0301\u200b\n\t\u0430\u0419\xdf\u0130\xad\u3000\xa0x\uff22"), max_size=12
    )
)
def test_the_quick_look_reads_a_text_as_the_slow_one_does(text: str) -> None:
    """It decides whether the slow one is asked at all."""
    assert folded(text)[0] == quickly_folded(text)


@pytest.mark.parametrize("text", ["badge", "abad", "b a d"])
def test_a_word_in_another_word_is_another_word(text: str) -> None:
    assert [] == kinds(words("bad"), text)


@pytest.mark.parametrize(
    ("link", "allowed"),
    [
        ("https://example.com/a", True),
        ("https://docs.example.org/a", True),
        ("HTTPS://EXAMPLE.COM./a", True),
        ("https://example.com:8443/a?b=c#d", True),
        ("https://b\u00fccher.example/", True),
        ("https://xn--bcher-kva.example/", True),
        ("https://example.com\uff0c", True),
        ("https://example.com\u3002", True),
        ("a // comment and a//b", True),
        ("the data: and a file: of it", True),
        ("https://example.com.evil.test/", False),
        ("https://notexample.org/", False),
        ("https://example.com@evil.test/", False),
        ("https://example.com%2eevil.test/", False),
        ("https:\\\\evil.test\\example.com", False),
        ("https:/\\evil.test/", False),
        ("https:/evil.test/x", False),
        ("https:evil.test/x", False),
        ("ftp://example.com/", False),
        ("//evil.test/x.png", False),
        ("https://ex\u0430mple.com/", False),
        ("https://example.com\u3002evil.test/", False),
        ("https://example.com\u200b.evil.test/", False),
        ("https://3232235777/", False),
        ("https://[::1]/", False),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("data:text/html,<b>", False),
        ("data:image/png;base64,AAAA", False),
        ("file:///etc/passwd", False),
    ],
)
def test_links_are_held_against_the_list(link: str, allowed: bool) -> None:
    """As browsers read them: what comes before an @ is no host, letters that look alike are others, full stops of Asia are dots."""
    detector = links("example.com", ".example.org", "b\u00fccher.example")

    assert allowed is (set(kinds(detector, f"![x]({link})")) == set())
    assert allowed is (set(kinds(detector, link)) == set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b]8;;https://evil.test\x07click", ["terminal"]),
        ("bell\x07", ["terminal"]),
        ("\x9b31m", ["terminal"]),
        ("\u202eabc", ["hidden_text"]),
        ("a" + "".join(chr(0xE0000 + ord(one)) for one in "obey"), ["hidden_text"] * 4),
        ("x\ufe0e\ufe0f\ufe0e", ["hidden_text"]),
        ("x" + "\u200b\u200c\u200d\u200b", ["hidden_text"]),
        ("thumbs \U0001f44d\ufe0f and \U0001f468\u200d\U0001f469\u200d\U0001f467", []),
        ("plain\n\ttext\r\nof lines", []),
    ],
)
def test_what_acts_on_a_terminal_or_hides_is_found(text: str, expected: list[str]) -> None:
    """Emoji hold one selector or joiner at a time; words in disguise need many."""
    assert expected == kinds(terminal(), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<img src=x onerror='alert(1)'>", 1),
        ("<ScRiPt >x</script>", 2),
        ("<b onmouseover=alert(1)>x</b>", 1),
        ("<a/onclick='x'>", 1),
        ("<svg/onload=alert(1)>", 1),
        ("onclick = 'run()'", 1),
        ("[x](javascript:alert(1))", 1),
        ("data:text/html;base64,AAAA", 1),
        ("<iframe srcdoc='x'>", 1),
        ("if a < b and c > d: done = 1", 0),
        ("<b>bold</b> and <a href='/x'>link</a>", 0),
        ("one = 'x', option = \"y\"", 0),
    ],
)
def test_html_that_runs_or_loads_something_is_found_once(text: str, expected: int) -> None:
    """Elements, handlers without quotes, addresses that are programs."""
    assert ["html"] * expected == kinds(html(), text)


def test_prompt_injection_is_scored_as_badly_as_the_documentation_says() -> None:
    """On examples that nobody looked at when the phrases were written, it finds about half, and errs on one in eight."""

    def found_in(texts: tuple[str, ...]) -> int:
        return sum(injection_score(text) >= 0.6 for text in texts)

    assert (11, 12, 0, 12) == (found_in(FIRST_ATTACKS), len(FIRST_ATTACKS), found_in(FIRST_HARMLESS), len(FIRST_HARMLESS))
    assert (22, 40, 5, 40) == (found_in(LATER_ATTACKS), len(LATER_ATTACKS), found_in(LATER_HARMLESS), len(LATER_HARMLESS))
