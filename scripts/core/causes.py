"""Why S3 refused or failed, and what to do, by the code or the HTTP status that it gave. Without boto3, which is slow.

Only what passes by itself is answered with "run the same command again".
"""

from __future__ import annotations

import re

_AGAIN = "What was done before is still there, and whole: run the same command again."
_REGION = "is in another region: set AWS_DEFAULT_REGION to it."


def cause(code: str, what: str, action: str = "access") -> str | None:
    """Say in a sentence or two what is wrong and what to do; None for a code that is not known here.

    Args:
        code: what S3 calls it, such as ``AccessDenied``, or the HTTP status where an answer has no body.
        what: the address, or what else AWS was asked for.
        action: what was to be done with it.

    """
    match code:
        case "NoSuchBucket" | "InvalidBucketName":
            return f"there is no bucket of the name in {what}. The stack's output Lake has the right one."
        case "NoSuchKey" | "NotFound" | "404":
            return (
                f"{what} is not in S3, or no longer. Correct the address; if files were there a moment ago, register "
                "what is there now (dbt run-operation stage_external_sources) and build again."
            )
        case "AccessDenied" | "AccessDeniedException" | "AllAccessDisabled" | "UnauthorizedOperation" | "403":
            return (
                f"AWS denies {action} on {what}. Your identity lacks the permission, or it is another account's: "
                "aws sts get-caller-identity tells who you are. The stack's RunnerPolicy allows what an upload needs, "
                "its PublisherPolicy what DuckDB needs."
            )
        case "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "InvalidClientTokenId" | "UnrecognizedClientException":
            return f"AWS does not know the credentials: {code}. Check AWS_PROFILE and the keys, or log in again."
        case "ExpiredToken" | "ExpiredTokenException" | "InvalidToken" | "TokenRefreshRequired":
            return "the AWS credentials have expired: log in again (aws sso login)."
        case "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture":
            return "this machine's clock is more than minutes from AWS's: set the clock (timedatectl), and try again."
        case (
            "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" | "301" | "307"
        ):
            return f"the bucket of {what} {_REGION}"
        case "400" | "BadRequest":
            return f"S3 refuses {what} and does not say why: the AWS credentials have expired, or the bucket {_REGION}"
        case "BadDigest" | "XAmzContentChecksumMismatch":
            return f"a file has changed while it was being sent to {what}: run the same command again."
        case "InvalidObjectState":
            return f"{what} is in an archive of S3: restore it first (aws s3api restore-object)."
        case _ if code in _BUSY or re.fullmatch(r"5[0-9]{2}|429|408", code):
            return f"AWS is busy, or fails for the moment ({code}, each of four times): {what}. {_AGAIN}"
    return None


_BUSY = (
    *("SlowDown", "ServiceUnavailable", "InternalError", "InternalServerError", "RequestTimeout", "OperationAborted"),
    *("Throttling", "ThrottlingException", "TooManyRequests", "TooManyRequestsException", "RequestLimitExceeded"),
)


def cause_in(said: str) -> str | None:
    """Say what is wrong and what to do if ``said`` is DuckDB's text of a request to S3 that failed, else None."""
    if not re.search(r"HTTP (GET|HEAD|PUT|POST|DELETE) (error|to) |HTTP code [0-9]{3}", said):
        return None
    address = re.search(r"'((?:s3|https?)://[^'\n]*)'", said)
    what = address.group(1) if address else "the lake"
    status = re.search(r"\(?HTTP (?:code )?([0-9]{3})\b", said)
    code = re.search(r"\n\n([A-Z][A-Za-z0-9]+): ", said)
    known = cause(code.group(1), what) if code else None
    known = known or (cause(status.group(1), what) if status else None)
    if known or status:
        return known
    return f"S3 failed, or said nothing for TICKIT_S3_TIMEOUT seconds, each of four times. {_AGAIN}"
