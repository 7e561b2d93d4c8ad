"""Options that several commands have, with the same words in each."""

from pathlib import Path
from typing import Annotated

import typer

from harness import reports

STORE, BROWSER, REPORT, RUNNING = "The store", "Browser", "Reports", "How to run"
"""The panels of `--help` that several commands have."""

Cookie = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="A cookie of the store's; may be repeated.", rich_help_panel=STORE),
]
StorageState = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Cookies and storage, as Playwright saves them.", rich_help_panel=STORE),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Journeys at the same time. Default: what suits the machine.",
        rich_help_panel=RUNNING,
        show_default=False,
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        min=0.1,
        max=3600,
        metavar="SECONDS",
        help="How long a scenario waits, in all, for events that are due.",
        rich_help_panel=RUNNING,
    ),
]
BrowserPath = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The browser's program. Default: the best that is here.", rich_help_panel=BROWSER
    ),
]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser.", rich_help_panel=BROWSER)]
SlowMo = Annotated[
    float,
    typer.Option(
        min=0, max=60000, metavar="MS", help="Wait this long before each action, to watch.", rich_help_panel=BROWSER
    ),
]
Report = Annotated[
    list[str] | None,
    typer.Option(metavar="FORMAT[=PATH]", help=f"{reports.HELP} Default: text.", rich_help_panel=REPORT),
]
StoreUrl = Annotated[
    str | None,
    typer.Argument(metavar="[URL]", help="The store's first page, such as https://shop.example/.", show_default=False),
]
Consent = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Press this button on the consent banner.", rich_help_panel=STORE),
]
