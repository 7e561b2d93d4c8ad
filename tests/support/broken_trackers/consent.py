"""Broken trackers: consent."""

from typing import Final

from support.broken_trackers.model import detected_by, edited

TRACKERS: Final = (
    edited(
        "consent-not-awaited",
        "does not wait for consent",
        detected_by("hostile/consent-given", "consent-ignored", event="visit", condition=5),
        ("let allowed = startingConsent();", "let allowed = true;"),
    ),
    edited(
        "denial-ignored",
        "sends after consent is denied",
        detected_by("hostile/consent-refused", "consent-ignored", event="visit", condition=5),
        ("allowed = Boolean(given);", "allowed = true;"),
    ),
    edited(
        "cookies-outlive-consent",
        "keeps its cookies after consent is withdrawn",
        detected_by("hostile/consent-given", "consent-ignored", word="jirafe_", condition=5),
        ("writeCookie(name, '', 0, domain)", "cookie"),
    ),
    edited(
        "events-before-consent-lost",
        "discards events from before consent is granted",
        detected_by("hostile/consent-given", "missing-event", event="pageview", condition=5),
        ("if (allowed === false) return;", "if (!allowed) return;"),
    ),
    edited(
        "signals-ignored",
        "ignores Global Privacy Control and Do Not Track",
        detected_by("hostile/signals", "consent-ignored", event="pageview"),
        ("return !navigator.globalPrivacyControl && navigator.doNotTrack !== '1';", "return true;"),
    ),
    edited(
        "gpc-ignored",
        "ignores Global Privacy Control",
        detected_by("hostile/signals", "consent-ignored", event="pageview", condition=5),
        ("return !navigator.globalPrivacyControl &&", "return"),
    ),
    edited(
        "do-not-track-ignored",
        "ignores Do Not Track",
        detected_by("hostile/signals", "consent-ignored", event="visit"),
        (" && navigator.doNotTrack !== '1'", ""),
    ),
)
