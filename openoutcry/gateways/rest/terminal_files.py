"""The trading terminal at `/`: files built beforehand, a client of the public API."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIRECTORY = Path(__file__).parents[2] / "terminal" / "dist"

# Scripts, styles and connections of this venue alone. The chart library sets style attributes.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_MISSING = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Open Outcry</title></head>
<body>
<h1>Open Outcry</h1>
<p>The venue runs, but its trading terminal has not been built. <code>make terminal</code> builds
it; then reload this page.</p>
<p>The API is described at <a href="docs">/docs</a>.</p>
</body>
</html>
"""


class TerminalFiles(StaticFiles):
    """Serves the built terminal; says how to build it where it is missing."""

    def __init__(self, directory: Path = DIRECTORY) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._directory = directory

    async def check_config(self) -> None:
        """Take a missing directory for an empty one."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, with how long browsers may keep it."""
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(404)
        if path == "." and not (self._directory / "index.html").is_file():
            response: Response = HTMLResponse(_MISSING)
        else:
            response = await super().get_response(path, scope)
        # Names of assets carry a digest of their content; everything else is asked for anew.
        lasting = path.startswith("assets/") and response.status_code in {200, 304}
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if lasting else "no-cache"
        )
        response.headers["content-security-policy"] = _POLICY
        response.headers["referrer-policy"] = "no-referrer"
        return response
