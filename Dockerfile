# A static binary in a small image that has a shell: GitLab and Jenkins run their steps by one.
#
# Behind a mirror: docker build --build-arg RUST_IMAGE=mirror.example/rust:... --build-arg BASE_IMAGE=mirror.example/alpine:... .
ARG RUST_IMAGE=rust:1.95.0-alpine3.22
ARG BASE_IMAGE=alpine:3.22.6

# A release puts a folder in the place of this stage, which holds the same two files, the binary for each processor.
FROM ${RUST_IMAGE} AS build
ARG TARGETARCH
WORKDIR /build
# The crates first, with a program that does nothing: this layer lasts until Cargo.toml or Cargo.lock changes.
COPY Cargo.toml Cargo.lock build.rs ./
COPY link link
RUN mkdir src \
    && echo 'fn main() {}' > src/main.rs && cp src/main.rs src/lib.rs \
    && cargo build --release --locked --bin dataworks-deploy \
    && rm -r src
COPY src src
# Cargo goes by the time of the files, and a checkout may be older than the layer above.
RUN touch src/lib.rs src/main.rs \
    && cargo build --release --locked --bin dataworks-deploy \
    && cp target/release/dataworks-deploy "/dataworks-deploy-linux-$TARGETARCH"

FROM ${BASE_IMAGE}
ARG TARGETARCH
# The binary brings its own roots; these are for what a step runs beside it.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /dataworks-deploy-linux-${TARGETARCH} /usr/local/bin/dataworks-deploy
# No ENTRYPOINT: GitLab and Jenkins start a shell in the image, and an entry point would swallow it.
# No USER: GitHub's files of outputs and of the summary belong to root.
CMD ["dataworks-deploy"]
