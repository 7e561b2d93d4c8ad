"""The language rules for findings: short sentences, hints in the imperative, no banned words."""

import re
from collections.abc import Iterator
from typing import Final

MAX_WORDS: Final = 25

IMPERATIVES: Final = frozenset(
    "Add Adjust Allow Answer Assign Avoid Call Change Check Choose Complete Compute Consult Copy Correct "
    "Create Cut Define Delete Describe Drop Edit Enable End Expect Export Find Fix Give Handle If "
    "Increase Install Keep Lead Leave Let Limit Link List Load Look Make Match Move Name Number Omit Open "
    "Pass Press Put Read Record Reduce Remove Rename Repeat Replace Report Resend Reset Restore Return "
    "Round Run Save See Select Send Serve Set Shorten Show Split Start Stop Store Subtract Sum Switch Take Test Treat "
    "Turn Update Use Wait Write ".split()
)
"""The first words of hints. `If` introduces a condition before an imperative."""

BANNED: Final = re.compile(
    r"\b(nobody|somebody|none of|neither|shall|mend|stands|stood|told|tells|telling|says|said|speaks|holds against|beside"
    r"|of its own accord|so many|struck)\b",
    re.IGNORECASE,
)
_DATA: Final = re.compile(r'"[^"]*"?|`[^`]*`|\'[^\']*\'|\(.*?\)|\[.*?\]|\d+ × \S+|https?://\S+|/[\w/.{}|-]+')
_SENTENCE_END: Final = re.compile(r"[.;:?!](?:\s+|$)")


def problems(message: str, hint: str) -> Iterator[str]:
    """Each broken rule. Quoted values, URLs and parentheses are data and do not count."""
    for text in (message, hint):
        plain = _DATA.sub("x", text)
        for sentence in _SENTENCE_END.split(plain):
            if len(sentence.split()) > MAX_WORDS:
                yield f"more than {MAX_WORDS} words: {sentence}"
        if match := BANNED.search(plain):
            yield f"banned word {match[0]!r}: {text}"
    if not hint:
        yield f"no hint: {message}"
    elif hint.split()[0].rstrip(",") not in IMPERATIVES or not hint.endswith((".", ".)")):
        yield f"not an imperative sentence: {hint}"
