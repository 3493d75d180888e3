"""The API's page at /docs: Swagger UI out of a Python package, so that it needs no internet."""

from importlib.resources import files

from fastapi import APIRouter, Response
from starlette.responses import HTMLResponse

# Swagger UI sets styles from its script and draws its icons from data: URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {"content-security-policy": _POLICY, "cache-control": "no-cache"}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Open Outcry: the API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger"></div>
<noscript>This page needs JavaScript. The description itself is at <a href="openapi.json">
openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = """SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
});
"""

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


def docs_router() -> APIRouter:
    """Return /docs and what it loads."""
    router = APIRouter(include_in_schema=False)
    resources = files("fastapi_swagger") / "resources"

    @router.get("/docs")
    async def page() -> Response:
        return HTMLResponse(_PAGE, headers=_HEADERS)

    @router.get("/docs/start.js")
    async def start() -> Response:
        return Response(_START, media_type="text/javascript", headers=_HEADERS)

    def serve(name: str, media_type: str) -> None:
        @router.get("/docs/" + name)
        async def asset() -> Response:
            content = (resources / name).read_bytes()
            return Response(
                content, media_type=media_type, headers={"cache-control": "public, max-age=3600"}
            )

    for name, media_type in _ASSETS.items():
        serve(name, media_type)
    return router
