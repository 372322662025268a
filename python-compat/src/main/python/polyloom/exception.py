"""What this package raises."""


class Error(Exception):
    """The root of all errors of this package."""


class InvalidError(Error):
    """A declaration makes no sense: a wrong option, a wrong combination, a wrong signature."""


class NotFoundError(Error):
    """Something named does not exist, such as a secret."""


class ExecutionError(Error):
    """Something cannot be done from where it was asked for."""


class DeprecationError(Error):
    """An old spelling that is no longer understood."""


class FunctionTimeoutError(Error, TimeoutError):
    """A call ran past its function's timeout."""


class InputCancellation(BaseException):
    """Raised in synchronous code whose input has run past its timeout, or whose client has gone away.

    Not an ``Exception``, so that code which retries or carries on after errors does not catch it.
    """
