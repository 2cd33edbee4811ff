"""The two errors: a statement that Redshift would refuse, and a mistake of the person who runs the stand-in."""

REDSHIFT_DOCS = "https://docs.aws.amazon.com/redshift/latest/dg/"


class RehearsalError(Exception):
    """A mistake with a remedy: the program prints the message and ends, without a traceback."""


class Refused(Exception):  # noqa: N818 - it is the answer to a statement, not a fault of the program
    """Redshift would refuse the statement.

    rule           short name of the rule, e.g. "frame clause"
    message        what Redshift says, or as near as its documentation lets us come
    documentation  the page of Redshift's documentation behind the rule
    """

    def __init__(self, rule: str, message: str, documentation: str) -> None:
        super().__init__(rule, message, documentation)
        self.rule = rule
        self.message = message
        self.documentation = documentation

    def __str__(self) -> str:
        return f"{self.message} [{self.rule}: {self.documentation}]"


class NotRehearsed(Refused):
    """Redshift may well run the statement, but the stand-in cannot: a limit of ours, no mistake of the user's."""

    def __init__(self, what: str, documentation: str) -> None:
        super().__init__("not rehearsed", f"not rehearsed: {what}", documentation)
