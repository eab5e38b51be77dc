"""Words are found in folded text; people are shown them as the message has them."""

from __future__ import annotations

from collections.abc import Sequence

from zhize.cases.suggest.messages import LONGEST, Message, fold


def spelled(words: Sequence[str], message: Message) -> list[str]:
    """The words as the message writes them (capitals, traditional script); one that cannot be pointed at is left out."""
    shown = [_as_written(word, part) for word in words for part in [_part_with(word, message)] if part]
    return list(dict.fromkeys(word for word in shown if word))


def _part_with(word: str, message: Message) -> str:
    """The title or the text: whichever has the word as it stands, else whichever has it folded."""
    parts = (message.title, message.text)
    plain = next((part for part in parts if word in part), "")
    return plain or next((part for part in parts if word in fold(part)), "")


def _as_written(word: str, text: str) -> str:
    """Where folding kept one character for one, the same place in the original; blanks inside a word are its own."""
    if word in text:
        return word
    places = [at for at, character in enumerate(text) if not character.isspace()]
    plain = fold(text)
    at = plain.find(word)
    if at < 0 or len(plain) != min(len(places), LONGEST):
        return ""
    return text[places[at] : places[at + len(word) - 1] + 1]
