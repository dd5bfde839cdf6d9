"""The command `shiftdesk`: its verbs, and the only place that wires the rooms together.

Nothing heavy is imported before the verb is known. stdout is data, stderr is narration; exit
codes: 0 done, 1 trouble found, 2 wrong use.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from console.core.i18n import _
from console.errors import ShiftdeskError
from console.release import RELEASE

Verb = Callable[[argparse.Namespace], int]


class _Parser(argparse.ArgumentParser):
    """Wrong use is exit code 2, with the way to the help."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}\n{self.prog} --help\n")


def _verb(room: str, function: str) -> Verb:
    """The verb's function, imported when it runs."""

    def run(arguments: argparse.Namespace) -> int:
        found: Verb = getattr(importlib.import_module(f"console.verbs.{room}"), function)
        return found(arguments)

    return run


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", help=_("the configuration to use"))
    parser.add_argument("--socket", metavar="PATH", help=_("the desk's socket"))


def _json(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--json", action="store_true", help=_("one JSON object a line"))


def _positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            _("expected a whole number from 1 on; found {text}").format(text=text)
        )
    return int(text)


def _number(text: str) -> int:
    """A conversation's number, or what else has one."""
    if not text.lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(
            _("expected a number, as `shiftdesk queue` shows it; found {text}").format(text=text)
        )
    return int(text)


def build_parser(*, verbs: bool = True) -> argparse.ArgumentParser:
    """The whole command line; without the verbs, what opens a console."""
    parser = _Parser(
        prog="shiftdesk",
        description=_("The console that support teams keep open on a shift."),
    )
    parser.add_argument("--version", action="version", version=f"shiftdesk {RELEASE}")
    _where(parser)
    parser.add_argument("--observe", action="store_true", help=_("look, never act"))
    parser.add_argument(
        "--wallboard", action="store_true", help=_("large figures for a screen on the wall")
    )
    parser.add_argument(
        "--on", metavar="HOST", help=_("a desk on another machine, through ssh HOST")
    )
    parser.set_defaults(run=_verb("opening", "open_console"))
    if verbs:
        _add_verbs(parser)
    return parser


def _add_verbs(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")

    def verb(name: str, run: Verb, help: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=help, description=help)
        # no default here: an option given before the verb must not be wiped out by one after it
        made.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS)
        made.add_argument("--socket", metavar="PATH", default=argparse.SUPPRESS)
        made.set_defaults(run=run)
        return made

    _serving(verb)
    _looking(verb)
    _acting(verb)
    _customers(verb)
    _reporting(verb)
    _texts(verb)


_Adder = Callable[[str, Verb, str], argparse.ArgumentParser]


def _serving(verb: _Adder) -> None:
    made = verb("serve", _verb("serving", "serve"), _("run the desk in the foreground"))
    made.add_argument("--started-by-console", action="store_true", help=argparse.SUPPRESS)
    _json(
        verb("reload", _verb("serving", "reload"), _("let the desk read its configuration again"))
    )
    made = verb("attach", _verb("serving", "attach"), _("speak with the desk on standard input"))
    made.add_argument("--as", dest="speak_for", metavar="NAME", default="", help=_("as this agent"))
    made = verb("demo", _verb("demo", "demo"), _("everything for real against a small world"))
    made.add_argument("--headless", action="store_true", help=_("without a screen"))
    made.add_argument("--seconds", type=float, default=20.0, help=_("how long, headless"))
    made.add_argument("--pace", type=float, default=2.0, help=_("mean seconds between posts"))
    made.add_argument("--seed", type=int, default=7, help=_("another world for another number"))
    _json(made)
    made = verb("connect", _verb("connecting", "connect"), _("set up a source, step by step"))
    made.add_argument("type", nargs="?", default="", help=_("which; without one: a list"))
    made.add_argument("--name", default="", help=_("its name in the configuration"))
    made = verb("check", _verb("checking", "check"), _("look over configuration, model, sources"))
    made.add_argument("--offline", action="store_true", help=_("do not poll the sources"))
    _json(made)
    made = verb("try", _verb("trying", "try_source"), _("what a source would give"))
    made.add_argument("type", help=_("the source's type, such as rss"))
    made.add_argument("address", help=_("an address or a file"))
    made.add_argument("--kind", default="", help=_("which kind the posts are: review, mention …"))
    made.add_argument("--allow-private", action="store_true", help=_("addresses of this network"))
    _json(made)
    made = verb("import", _verb("importing", "import_file"), _("take in posts from a file"))
    made.add_argument("file", help=_("CSV or JSON lines"))
    made.add_argument("--source", default="", help=_("whose posts they are; else the file's name"))
    made.add_argument(
        "--kind",
        default="review",
        choices=("review", "mention", "question", "message", "alert", "survey"),
    )
    made.add_argument("--rating-max", type=int, default=5, help=_("5 stars, 10 for NPS"))
    made.add_argument("--zone", default="UTC", help=_("of times that name none"))
    made.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help=_("where the guess errs")
    )
    made.add_argument("--preview", action="store_true", help=_("show, take nothing in"))
    _json(made)
    made = verb("backup", _verb("keeping", "backup"), _("a verified copy of the database"))
    made.add_argument("file", nargs="?", default="", help=_("where; else beside the database"))
    _json(made)
    made = verb("restore", _verb("keeping", "restore"), _("put a copy back; the desk is stopped"))
    made.add_argument("file")
    made = verb("forget", _verb("keeping", "forget"), _("erase a person for good"))
    made.add_argument("customer", help=_("number, name or a platform's id"))
    made.add_argument("--yes", action="store_true", help=_("without asking"))
    _json(made)
    _json(verb("rebuild", _verb("serving", "rebuild"), _("derive every clock from the ledger")))


def _looking(verb: _Adder) -> None:
    made = verb("queue", _verb("looking", "queue"), _("the queue, or what a filter leaves of it"))
    made.add_argument("filter", nargs="*", help=_("the filter language: is:late mood:negative …"))
    made.add_argument("--view", default="", help=_("a view by name"))
    made.add_argument("--order", default="", help=_("due, rescue, oldest, newest …"))
    made.add_argument("--count", type=_positive, default=50, help=_("at most so many rows"))
    _json(made)
    for name, function, help in (
        ("show", "show", _("one conversation")),
        ("history", "history", _("what happened to a conversation")),
        ("explain", "explain", _("how a deadline came about")),
    ):
        made = verb(name, _verb("looking", function), help)
        made.add_argument("id", type=_number)
        _json(made)
    made = verb("search", _verb("looking", "search"), _("full text over everything said"))
    made.add_argument("words", nargs="+")
    made.add_argument("--count", type=_positive, default=50, help=_("at most so many hits"))
    _json(made)
    _json(verb("status", _verb("looking", "status"), _("views, team, sources and troubles")))
    made = verb("sources", _verb("sources", "sources"), _("how each source does, or one's log"))
    made.add_argument("name", nargs="?", default="", help=_("one source: what its polls gave"))
    made.add_argument("--count", type=_positive, default=50, help=_("at most so many polls"))
    _json(made)
    made = verb("watch", _verb("looking", "watch"), _("the queue's changes as they happen"))
    made.add_argument("filter", nargs="*", help=_("the filter language"))
    made.add_argument("--view", default="", help=_("a view by name"))
    made.add_argument("--seconds", type=float, default=0.0, help=_("stop after so long"))
    _json(made)


def _acting(verb: _Adder) -> None:
    def on_one(name: str, help: str) -> argparse.ArgumentParser:
        made = verb(name, _verb("acting", name.replace("-", "_")), help)
        made.add_argument("id", type=_number)
        _json(made)
        return made

    made = on_one("claim", _("take a conversation"))
    made.add_argument("--take-over", action="store_true", help=_("even from somebody else"))
    made = on_one("assign", _("give a conversation to somebody, or back to the team"))
    made.add_argument("to", nargs="?", default="", help=_("empty: back to the team"))
    made = on_one("reply", _("answer; the text is an argument or standard input"))
    made.add_argument("text", nargs="?", default="-")
    made.add_argument("--then", choices=("waiting", "solved", "on_hold"), default="waiting")
    made.add_argument("--wait", type=float, default=0.0, help=_("wait so long for its delivery"))
    made.add_argument("--anyway", action="store_true", help=_("even if something newer is there"))
    made = on_one("note", _("write an internal note"))
    made.add_argument("text", nargs="?", default="-")
    for name, help in (
        ("solve", _("mark as solved")),
        ("reopen", _("open again")),
        ("hold", _("put on hold")),
    ):
        on_one(name, help)
    made = on_one("close", _("close without an answer"))
    made.add_argument("reason", help=_("why no answer is needed"))
    made = on_one("snooze", _("hide for a time"))
    made.add_argument("until", nargs="?", default="", help=_("2h, fri 9, tomorrow; empty: wake"))
    made.add_argument("--reason", default="")
    made.add_argument("--past-due", action="store_true", help=_("even past the deadline"))
    made = on_one("snooze-again", _("hide until the same time as before the customer wrote"))
    made.add_argument("--past-due", action="store_true", help=_("even past the deadline"))
    made = on_one("thanks", _("whether the customer's words are only thanks"))
    made.add_argument("what", choices=("only", "more"))
    made = on_one("tag", _("add tags, or remove them with a minus"))
    made.add_argument("tags", nargs="*")
    made = on_one("priority", _("set the priority"))
    made.add_argument("priority", choices=("low", "normal", "high", "urgent"))
    made = on_one("mood-is", _("correct the mood"))
    made.add_argument("label", choices=("negative", "neutral", "positive"))
    made = on_one("take-back", _("take a reply back within the undo window"))
    made = on_one("decide", _("settle a reply that is unsure, refused or awaits approval"))
    made.add_argument("verdict", choices=("was_sent", "send_again", "give_up", "approve", "return"))
    made.add_argument("--note", default="", help=_("why it is returned; its author hears it"))
    made.add_argument(
        "--anyway", action="store_true", help=_("approve even if something newer is there")
    )
    for name, help in (
        ("next", _("take the next conversation")),
        ("undo", _("take back my last action")),
    ):
        _json(verb(name, _verb("acting", f"{name}_one"), help))
    made = verb("bulk", _verb("bulk", "bulk"), _("one action on all that a filter leaves"))
    made.add_argument("filter", nargs="*", help=_("the filter language: is:late lang:fa …"))
    made.add_argument("--dry-run", action="store_true", help=_("show the rows, do nothing"))
    for name, help in (
        ("--claim", _("take them")),
        ("--hand-back", _("back to the team")),
        ("--solve", _("mark as solved")),
        ("--reopen", _("open again")),
        ("--hold", _("put on hold")),
        ("--wake", _("end their snooze")),
    ):
        made.add_argument(name, action="store_true", help=help)
    made.add_argument("--assign", metavar="NAME", default="", help=_("give them to somebody"))
    made.add_argument("--close", metavar="REASON", default="", help=_("close without an answer"))
    made.add_argument("--snooze", metavar="TIME", default="", help=_("2h, fri 9, tomorrow"))
    made.add_argument("--past-due", action="store_true", help=_("even past the deadline"))
    made.add_argument("--priority", choices=("low", "normal", "high", "urgent"), default="")
    made.add_argument("--tag", action="append", default=[], help=_("add a tag"))
    made.add_argument("--untag", action="append", default=[], help=_("remove a tag"))
    _json(made)
    made = verb("shift", _verb("acting", "shift"), _("go on shift or off"))
    made.add_argument("state", choices=("on", "off"))
    _json(made)


def _customers(verb: _Adder) -> None:
    def of_one(name: str, help: str) -> argparse.ArgumentParser:
        made = verb(name, _verb("customers", name), help)
        made.add_argument("id", type=_number, help=_("one of their conversations"))
        _json(made)
        return made

    made = of_one("customer", _("a conversation's customer over all channels"))
    made.add_argument("--note", default=None, help=_("what to remember about them"))
    made = of_one("join", _("two customers are one person; undoable"))
    made.add_argument("customer", type=int, help=_("the other customer's number"))
    of_one("part", _("take the last join of a customer back"))


def _reporting(verb: _Adder) -> None:
    made = verb("report", _verb("reporting", "report"), _("the numbers of a period"))
    made.add_argument(
        "--since", default="", help=_("2027-05-05, 2027-05-05T09:00, yesterday, 7d; else today")
    )
    made.add_argument("--until", default="", help=_("the same; else now"))
    made.add_argument("--shift", action="store_true", help=_("this shift, with its hand-over page"))
    made.add_argument("--rows", metavar="NUMBER", default="", help=_("the rows behind a number"))
    made.add_argument(
        "--note", metavar="TEXT", default="", help=_("leave a note for the next shift")
    )
    forms = made.add_mutually_exclusive_group()
    _json(forms)
    forms.add_argument("--markdown", action="store_true", help=_("as Markdown"))
    forms.add_argument("--csv", action="store_true", help=_("as CSV, safe for spreadsheets"))
    made = verb("export", _verb("reporting", "export"), _("whole conversations"))
    made.add_argument("filter", nargs="*", help=_("the filter language; without one: everything"))
    made.add_argument("--turns", action="store_true", help=_("one line for each turn"))
    forms = made.add_mutually_exclusive_group()
    _json(forms)
    forms.add_argument("--csv", action="store_true", help=_("as CSV, safe for spreadsheets"))


def _texts(verb: _Adder) -> None:
    made = verb("mood", _verb("texts", "mood"), _("score JSON lines from standard input"))
    made.add_argument("--learn", action="store_true", help=_("learn from the team's own reviews"))
    made.add_argument("--forget", action="store_true", help=_("take back what was learnt"))
    _json(made)
    _json(verb("tone", _verb("texts", "tone"), _("tone hints for JSON lines")))
    made = verb("due", _verb("texts", "due"), _("try a calendar"))
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--calendar", metavar="NAME", help=_("a calendar of the configuration"))
    which.add_argument("--calendar-file", metavar="FILE", help=_("a calendar in TOML or JSON"))
    made.add_argument("--start", required=True, help=_("ISO 8601 with offset"))
    made.add_argument("--target", required=True, help=_("90m, 4h, 1h30m"))
    _json(made)
    made = verb("holidays", _verb("reviewing", "holidays"), _("holidays, and their review"))
    made.add_argument("file", nargs="?", default="", help=_("an .ics file to take days from"))
    made.add_argument("--calendar", metavar="NAME", default="", help=_("whose holidays they are"))
    made.add_argument("--review", action="store_true", help=_("ask about each day that is new"))
    for word, help in (
        ("accept", _("close the calendar on these days")),
        ("reject", _("these are working days")),
        ("remove", _("forget these days")),
    ):
        made.add_argument(f"--{word}", nargs="+", metavar="DAY", default=[], help=help)
    made.add_argument("--yes", action="store_true", help=_("without asking"))
    made.add_argument("--from", dest="first", default="", help=_("the first day; else today"))
    made.add_argument("--to", dest="last", default="", help=_("the last day; else two years on"))
    _json(made)


def _names_a_verb(argv: Sequence[str]) -> bool:
    """Whether there may be a verb, or help about the verbs, among the arguments."""
    values = iter(argv)
    for word in values:
        if word in ("--config", "--socket", "--on"):
            next(values, None)
        elif word not in ("--observe", "--wallboard"):
            return True
    return False


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; `-word` is a word to leave out, or a tag to remove, where words are asked for."""
    # forty verbs are 12 ms, which a console need not wait for
    parser = build_parser(verbs=_names_a_verb(argv))
    arguments, rest = parser.parse_known_args(argv)
    words = getattr(arguments, "filter", getattr(arguments, "tags", None))
    if isinstance(words, list) and not any(word.startswith("--") for word in rest):
        words.extend(rest)
    elif rest:
        parser.error(_("unrecognized arguments: {words}").format(words=" ".join(rest)))
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; the exit code."""
    from console.core import i18n

    i18n.use(i18n.language_of(os.environ))
    arguments = parsed(sys.argv[1:] if argv is None else argv)
    try:
        return int(arguments.run(arguments) or 0)
    except ShiftdeskError as error:
        print(f"shiftdesk: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):
        # Ctrl+C, or Ctrl+D where a question was asked
        return 130
    except BrokenPipeError:
        # the reader of our output is gone; nothing is left to say, not even at interpreter exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
