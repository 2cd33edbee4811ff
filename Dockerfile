# The image of the scheduled jobs and of the REST API: the project with its locked packages, and `tickit` as what is run.
#   docker build --tag tickit-lakehouse .
#   docker run --env TICKIT_LAKE=s3://... tickit-lakehouse job daily --target lake
#   docker run --publish 8000:8000 ... tickit-lakehouse serve --host 0.0.0.0 --keys ...      (docs/api.md)
# It has not been built yet: where this project is developed there is no container runtime. hadolint has read it.
FROM python:3.11-slim-bookworm AS builder
WORKDIR /app
# Debian removes a version when it publishes the next one, so a pinned one could not be installed.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
# The packages first, each checked by its hash: a change of the project does not install them again.
COPY Makefile requirements.txt ./
RUN make .venv/.installed
COPY . .
RUN make .venv/.tickit \
    && .venv/bin/dbt deps --profiles-dir profiles \
    && rm -rf target logs /root/.cache

FROM python:3.11-slim-bookworm
# implicit, which makes recommendations, is linked with libgomp. The weekly job runs `make soak`, whose tests
# read the history: build the image in a whole clone.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git libgomp1 make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home lakehouse
WORKDIR /app
# At the same path: the virtual environment and the project in it know where they are.
COPY --from=builder --chown=10001:10001 /app /app
USER 10001
ENV DBT_PROFILES_DIR=profiles \
    PYTHONUNBUFFERED=1
# That the project and its environment are whole; whether a job works is its exit code.
HEALTHCHECK --interval=5m --timeout=30s CMD [".venv/bin/tickit", "jobs", "list"]
ENTRYPOINT [".venv/bin/tickit"]
CMD ["job", "daily"]
