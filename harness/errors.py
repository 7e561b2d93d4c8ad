"""Exit statuses, and the errors that prevent a run: bad usage, an invalid file, no browser, a port in use."""

PASSED, FAILED, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
"""The exit statuses of every command."""


class HarnessError(Exception):
    """An error with a one-line message: the place, the cause, and the allowed values or a remedy. Exit status 2."""


class FileError(HarnessError):
    """An invalid scenario, target, recording or script; the message starts with `file:line:`."""


class UsageError(HarnessError):
    """An invalid option, or a selection without scenarios."""


class BrowserError(HarnessError):
    """A missing browser, or one that does not start."""


class ServerError(HarnessError):
    """A port in use, or a server that does not answer."""


def first_error(group: ExceptionGroup[Exception]) -> HarnessError:
    """The first HarnessError in a group; raises the group if there is none."""
    errors: list[Exception] = list(group.exceptions)
    for error in errors:
        if isinstance(error, HarnessError):
            return error
        if isinstance(error, ExceptionGroup):
            errors.extend(error.exceptions)
    raise group
