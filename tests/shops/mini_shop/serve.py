"""Serve Mini Shop on loopback: its API, and its built single-page application with the integration.

Run it with the Python that has the shop, in the folder of the integration: serve.py PORT FRONTEND INTEGRATION
"""

import sys
from pathlib import Path

import uvicorn
from app.main import app
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

PORT, FRONTEND, INTEGRATION = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])

app.mount("/assets", StaticFiles(directory=FRONTEND / "dist" / "assets"))


@app.get("/jirafe.js")
def integration() -> FileResponse:
    """The integration, read anew for each page."""
    return FileResponse(INTEGRATION, headers={"Cache-Control": "no-store"})


@app.get("/{path:path}")
def page(path: str) -> FileResponse:
    """The application's only document, for each address."""
    return FileResponse(FRONTEND / "dist" / "index.html")


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
