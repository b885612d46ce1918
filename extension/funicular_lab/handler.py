"""What all handlers share: reading a body, replying, and the one place where errors become answers."""

from __future__ import annotations

import json
import secrets
from http.client import responses
from typing import Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from funicular.errors import FunicularError
from funicular.messages import UnexpectedMessage, from_json, to_json
from funicular_lab.clusters import Clusters
from funicular_lab.parts import SETTING, Parts

T = TypeVar("T")


class FunicularHandler(APIHandler):
    """Reads, calls, replies. Methods carry ``@authenticated`` and ``@authorized``."""

    auth_resource = "funicular"

    @property
    def parts(self) -> Parts:
        found: Parts = self.settings[SETTING]
        return found

    @property
    def clusters(self) -> Clusters:
        return self.parts.clusters

    def read(self, kind: type[T]) -> T:
        """The body as ``kind``; an empty body is an empty object. Unknown keys are refused."""
        try:
            message = json.loads(self.request.body or b"{}")
        except ValueError as error:
            raise UnexpectedMessage("The body is not JSON.", why=str(error)) from error
        return from_json(kind, message)

    def reply(self, status: int, value: object) -> None:
        self.set_status(status)
        self.finish(json.dumps(to_json(value)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Any exception as a problem details object (RFC 9457)."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        problem = error.as_problem() if isinstance(error, FunicularError) else self._other(status_code, error)
        self.set_status(int(str(problem["status"])))
        self.finish(json.dumps(problem), set_content_type="application/problem+json")

    def log_exception(self, *exc_info: Any) -> None:
        """A ``FunicularError`` is told to the user; it is no news for the log."""
        if isinstance(exc_info[1], FunicularError):
            self.log.info("%s", exc_info[1].what)
        else:
            super().log_exception(*exc_info)

    def _other(self, status: int, error: BaseException | None) -> dict[str, object]:
        """A refusal of the web server's own, or a mistake of ours, whose traceback is in the log."""
        if isinstance(error, HTTPError):
            what = error.reason or responses.get(status, "The server refused this.")
            return _problem("about:blank", what, status, detail=error.log_message or "")
        mark = secrets.token_hex(4)
        self.log.error("Mistake %s", mark, exc_info=error)
        return _problem(
            "docs/errors/mistake.md",
            "Funicular made a mistake.",
            500,
            detail=f"The log of the Jupyter server says more: look for {mark}.",
            next_step="Try again; if it happens again, report it with that part of the log.",
        )


def _problem(
    kind: str, title: str, status: int, *, detail: str = "", next_step: str = ""
) -> dict[str, object]:
    message = " ".join(part for part in (title, detail, next_step) if part)
    return {
        "type": kind,
        "title": title,
        "status": status,
        "detail": detail,
        "next_step": next_step,
        "message": message,
    }
