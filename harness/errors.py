"""The run could not happen: bad usage, bad file, no browser, port taken. The command line turns these into exit status 2."""

PASSED, FOUND, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses of every command."""


class HarnessError(Exception):
    """One line for the user: where, what, what was allowed, what to do."""


class FileError(HarnessError):
    """A scenario, target, recording or script that cannot be read as what it should be; starts with `file:line:`."""


class UsageError(HarnessError):
    """An option whose value makes no sense, or a choice of scenarios that leaves nothing to run."""


class BrowserError(HarnessError):
    """No browser, or one that does not start."""


class ServerError(HarnessError):
    """A port that is taken, or a server that does not answer."""


def one_of(group: ExceptionGroup[Exception]) -> HarnessError:
    """The first HarnessError of those that were raised at the same time; raises the group again where there is none."""
    errors: list[Exception] = list(group.exceptions)
    for error in errors:
        if isinstance(error, HarnessError):
            return error
        if isinstance(error, ExceptionGroup):
            errors.extend(error.exceptions)
    raise group
