"""Broken trackers: consent."""

from typing import Final

from harness.mutation.model import ExpectedFinding
from support.broken_trackers.model import edited

TRACKERS: Final = (
    edited(
        "consent-not-awaited",
        "does not wait for consent",
        "hostile/consent-given",
        ExpectedFinding(code="consent-ignored", event="visit"),
        ("let allowed = startingConsent();", "let allowed = true;"),
        condition=5,
    ),
    edited(
        "denial-ignored",
        "sends after consent is denied",
        "hostile/consent-refused",
        ExpectedFinding(code="consent-ignored", event="visit"),
        ("allowed = Boolean(given);", "allowed = true;"),
        condition=5,
    ),
    edited(
        "cookies-outlive-consent",
        "keeps its cookies after consent is withdrawn",
        "hostile/consent-given",
        ExpectedFinding(code="consent-ignored", word="jirafe_"),
        ("writeCookie(name, '', 0, domain)", "cookie"),
        condition=5,
    ),
    edited(
        "events-before-consent-lost",
        "discards events from before consent is granted",
        "hostile/consent-given",
        ExpectedFinding(code="missing-event", event="pageview"),
        ("if (allowed === false) return;", "if (!allowed) return;"),
        condition=5,
    ),
    edited(
        "signals-ignored",
        "ignores Global Privacy Control and Do Not Track",
        "hostile/signals",
        ExpectedFinding(code="consent-ignored", event="pageview"),
        ("return !navigator.globalPrivacyControl && navigator.doNotTrack !== '1';", "return true;"),
    ),
    edited(
        "gpc-ignored",
        "ignores Global Privacy Control",
        "hostile/signals",
        ExpectedFinding(code="consent-ignored", event="pageview"),
        ("return !navigator.globalPrivacyControl &&", "return"),
        condition=5,
    ),
    edited(
        "do-not-track-ignored",
        "ignores Do Not Track",
        "hostile/signals",
        ExpectedFinding(code="consent-ignored", event="visit"),
        (" && navigator.doNotTrack !== '1'", ""),
    ),
)
