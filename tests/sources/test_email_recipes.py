"""Notification mails: what a recipe knows becomes a review, everything else stays a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sources.base import Cursor, OptionError, Outgoing, Post, Refused
from sources.mail_letter import read_letter
from sources.mail_recipes import is_genuine, recipes, recognised
from tests.sources.conftest import NOW
from tests.sources.mail_world import MailWorld, MakeMailbox, mail


def notice(raw: bytes, trusted: str = "") -> tuple[Post | None, str]:
    return recognised(read_letter(raw), recipes(""), trusted)


def html(markup: str, **headers: str) -> bytes:
    return mail(markup, Content_Type="text/html; charset=utf-8", **headers)


TRUSTPILOT = html(
    "<html><body><p>Hi Shop,</p><p>Dana K. just left you a review.</p>"
    '<img src="x" alt="4 stars"><p>Title: Nearly perfect</p>'
    "<p>Review:<br>Quick delivery, but the box was torn.</p>"
    '<p><a href="https://businessapp.b2b.trustpilot.com/reviews/65f0aa11bb22cc33dd44ee55?utm=1&amp;a=2">'
    "Reply to this review</a></p></body></html>",
    sender="Trustpilot <noreply@trustpilot.com>",
    subject="Dana K. just left you a 4-star review",
    id="<t1@trustpilot.com>",
    Precedence="bulk",
)
GOOGLE = html(
    "<p>Omid Rahimi left a review for Shop Berlin</p><p>★★☆☆☆</p><p>سه هفته است که منتظرم</p>"
    '<a href="https://business.google.com/n/1/reviews?reviewId=AbCd-1234567">Reply</a>',
    sender="Google Business Profile <businessprofile-noreply@google.com>",
    subject="Omid Rahimi left a review for Shop Berlin",
    Auto_Submitted="auto-generated",
)
YELP = html(
    "<p>You have a new review for Shop by Sam T.</p><p>1 star rating</p>"
    "<p>“They never answered the phone.”</p>"
    '<a href="https://biz.yelp.com/reviews?hrid=abcdefghij1234567890">Read</a>',
    sender="Yelp <no-reply@yelp.com>",
    subject="New review for Shop by Sam T.",
)
TRIPADVISOR = mail(
    "A new review by: Noor H.\n\nRating: 3 of 5\nTitle: Fine for a night\n\nReview:\n"
    "Clean rooms, thin walls.\n\nManage: "
    "https://www.tripadvisor.com/ShowUserReviews-g1-d2-r987654321-Shop.html",
    sender="Tripadvisor <reviews@e.tripadvisor.com>",
    subject="New review of Shop",
)
FACEBOOK = mail(
    "Lena Braun doesn't recommend Shop.\n\n“Nobody at the counter.”\n\n"
    "https://www.facebook.com/shop/posts/pfbid0abcdef",
    sender="Facebook <notification@facebookmail.com>",
    subject="Lena Braun doesn't recommend Shop",
)
AMAZON = mail(
    "You have received a message.\n\nMessage from customer Priya (order 123-1234567-1234567)\n\n"
    "------------- Begin message -------------\n\nThe charger has the wrong plug.\n\n"
    "------------- End message -------------\n\nWas this helpful?",
    sender="Priya - Amazon Marketplace <abc123@marketplace.amazon.com>",
    subject="Product question from Amazon customer Priya (Order: 123-1234567-1234567)",
    Reply_To="abc123+x@marketplace.amazon.com",
)
FEEDBACK = mail(
    "You received new feedback.\n\nRating: 2\nComments: Arrived late.\nRater: M. Otto\n"
    "Order: 305-1234567-7654321\nhttps://sellercentral.amazon.de/feedback-manager/index.html",
    sender="Amazon <seller-notification@amazon.de>",
    subject="New feedback on your order",
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            TRUSTPILOT,
            ("Trustpilot", 4, 5, "Dana K.", "Quick delivery, but the box was torn.", "Nearly perfect"),
            id="trustpilot",
        ),
        pytest.param(
            GOOGLE, ("Google", 2, 5, "Omid Rahimi", "سه هفته است که منتظرم", ""), id="google"
        ),
        pytest.param(
            YELP, ("Yelp", 1, 5, "Sam T.", "They never answered the phone.", ""), id="yelp"
        ),
        pytest.param(
            TRIPADVISOR,
            ("TripAdvisor", 3, 5, "Noor H.", "Clean rooms, thin walls.", "Fine for a night"),
            id="tripadvisor",
        ),
        pytest.param(
            FACEBOOK, ("Facebook", 0, 1, "Lena Braun", "Nobody at the counter.", ""), id="facebook"
        ),
        pytest.param(
            FEEDBACK, ("Amazon feedback", 2, 5, "M. Otto", "Arrived late.", ""), id="feedback"
        ),
    ],
)  # fmt: skip
def test_each_platform_gives_a_review(raw: bytes, expected: tuple[Any, ...]) -> None:
    """Stars, author, text and title, and the address where the answer is given."""
    post, _ = notice(raw)

    assert post is not None
    assert expected == (
        post.extra["platform"], post.rating, post.rating_max, post.author, post.text, post.title,
    )  # fmt: skip
    assert post.url.startswith("https://")
    assert ("review", "", False) == (post.kind, post.author_id, post.automatic)


def test_two_mails_about_one_review_are_one() -> None:
    """The review's own id names it: a reminder or an edit is no second review."""
    first, _ = notice(TRUSTPILOT)
    second, _ = notice(TRUSTPILOT.replace(b"<t1@", b"<t2@"))

    assert first is not None and second is not None
    assert "trustpilot:65f0aa11bb22cc33dd44ee55" == first.id == second.id


def test_a_relayed_question_can_be_answered() -> None:
    """Amazon passes mail on: the buyer's address is the one to answer."""
    post, _ = notice(AMAZON)

    assert post is not None
    assert ("message", "The charger has the wrong plug.", "Priya", "abc123+x@marketplace.amazon.com") == (
        post.kind, post.text, post.author, post.author_id,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("results", "trusted", "genuine"),
    [
        ("", "", True),
        ("mx.shop.example; dmarc=pass (p=reject) header.from=trustpilot.com", "", True),
        ("mx.shop.example; dkim=pass header.d=trustpilot.com header.s=a", "", True),
        ("mx.shop.example; dkim=pass header.i=@trustpilot.com", "", True),
        ("mx.shop.example; dmarc=fail header.from=trustpilot.com", "", False),
        ("mx.shop.example; spf=pass smtp.mailfrom=evil.example", "", False),
        ("mx.shop.example; dkim=pass header.d=evil.example", "", False),
        ("mx.shop.example; dkim=pass header.d=nottrustpilot.com", "", False),
        ("mx.shop.example; none (dmarc=pass header.from=trustpilot.com)", "", False),
        ("", "mx.shop.example", False),
        ("evil.example; dmarc=pass header.from=trustpilot.com", "mx.shop.example", False),
        ("mx.shop.example; dmarc=pass header.from=trustpilot.com", "mx.shop.example", True),
    ],
)  # fmt: skip
def test_a_sender_has_to_be_proven(results: str, trusted: str, genuine: bool) -> None:
    """DMARC or DKIM of the very domain; a word in a comment, or of another server, proves nothing."""
    headers = {"Authentication_Results": results} if results else {}
    letter = read_letter(mail(sender="Trustpilot <noreply@trustpilot.com>", **headers))

    assert genuine == is_genuine(letter, trusted)


def test_only_the_nearest_server_is_believed() -> None:
    """A sender can write such a header too; ours stands above it."""
    raw = mail(sender="T <noreply@trustpilot.com>")
    forged = b"Authentication-Results: x; dmarc=pass header.from=trustpilot.com\r\n" + raw
    told = b"Authentication-Results: mx; dmarc=fail header.from=trustpilot.com\r\n" + forged

    assert not is_genuine(read_letter(told), "")


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@trustpilot.com.evil.example",
        '"noreply@trustpilot.com" <x@evil.example>',
        "noreply@trustpilot.com, x@evil.example",
        "noreply@eviltrustpilot.com",
    ],
)
def test_a_similar_sender_is_a_stranger(sender: str) -> None:
    """The domain counts as a whole, and a name that looks like an address is a name."""
    post, _ = notice(TRUSTPILOT.replace(b"Trustpilot <noreply@trustpilot.com>", sender.encode()))

    assert post is None


async def test_an_unknown_form_is_a_message_that_somebody_reads(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """The platform changed its mails: the words are there, marked, and wait like any other."""
    mail_world.inbox.add(
        mail(
            "Something new happened.",
            sender="Trustpilot <noreply@trustpilot.com>",
            subject="Your review page has news",
            Precedence="bulk",
        )
    )
    (post,) = (await make().poll(Cursor(), NOW)).posts

    assert ("message", "Something new happened.", False) == (post.kind, post.text, post.automatic)
    assert "Trustpilot, form unknown" == post.extra["notification"]


async def test_a_forged_review_is_a_message(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """It says whose it claims to be, and that nothing proves it."""
    told = b"Authentication-Results: mx; dmarc=fail header.from=trustpilot.com\r\n"
    mail_world.inbox.add(told + TRUSTPILOT)
    (post,) = (await make().poll(Cursor(), NOW)).posts

    assert ("message", None) == (post.kind, post.rating)
    assert "says Trustpilot, not proven" == post.extra["notification"]


async def test_a_review_is_answered_on_its_site(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """An answer to noreply@ would reach nobody: it is refused, with the address to go to."""
    mail_world.inbox.add(YELP)
    source = make()
    (post,) = (await source.poll(Cursor(), NOW)).posts

    with pytest.raises(Refused, match=r"answer at https://biz\.yelp\.com"):
        await source.send(
            Outgoing("key-12345678", "Sorry", post.id, post.id, url=post.url, extra=post.extra)
        )


async def test_an_administrator_adds_a_recipe(
    mail_world: MailWorld, make: MakeMailbox, tmp_path: Path
) -> None:
    """A TOML file in a folder is enough."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "club.toml").write_text(
        'name = "Club"\nsenders = ["club.example"]\nsubject = "rated"\nrating_max = 10\n'
        "[find]\nstars = ['score (\\d+)']\ntext = ['said: (.+)']\n"
    )
    mail_world.inbox.add(
        mail("score 7\nsaid: fair enough", sender="a@club.example", subject="Kim rated you")
    )
    source = make(recipes=str(folder))
    (post,) = (await source.poll(Cursor(), NOW)).posts

    assert (7, 10, "fair enough") == (post.rating, post.rating_max, post.text)


def test_a_wrong_recipe_is_named(tmp_path: Path) -> None:
    """File, key and what is wrong."""
    (tmp_path / "x.toml").write_text(
        'name = "X"\nsenders = ["x.example"]\nsubjct = "a"\n[find]\nstars = "("\n'
    )

    with pytest.raises(OptionError, match=r"x\.toml: find\.stars: .*subjct: .*subject") as caught:
        recipes(str(tmp_path))

    assert ["recipes"] == list(caught.value.problems)
