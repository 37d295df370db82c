# docker build -t stackrepro . && docker run --name book stackrepro && docker cp book:/home/reader/stackrepro/_build .
# Another target of make goes behind the image's name: docker run stackrepro book TIER=quick
FROM python:3.11-slim

# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home reader \
    && install --directory --owner=reader /home/reader/stackrepro

USER 1000
WORKDIR /home/reader/stackrepro
ENV PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu \
    PIP_NO_CACHE_DIR=1
COPY --chown=1000 . .
RUN make setup

ENTRYPOINT ["make"]
CMD ["book", "TIER=smoke"]
