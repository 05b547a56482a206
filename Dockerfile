# Dragoman in a container: SQLite in the volume /data, or PostgreSQL by DRAGOMAN_DATABASE_URL.
FROM python:3.11-slim AS build
WORKDIR /srv/dragoman
COPY requirements.lock pyproject.toml ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY README.md LICENSE alembic.ini ./
COPY app app
COPY migrations migrations
COPY seed seed
RUN .venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && .venv/bin/python -m compileall -q app migrations

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home dragoman
WORKDIR /srv/dragoman
COPY --from=build /srv/dragoman /srv/dragoman
ENV PATH=/srv/dragoman/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DRAGOMAN_HOST=0.0.0.0 \
    DRAGOMAN_PORT=8000 \
    DRAGOMAN_DATABASE_URL=sqlite:////data/dragoman.db
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"DRAGOMAN_PORT\"]}/healthz', timeout=2)"]
CMD ["dragoman", "serve", "--prepare"]
