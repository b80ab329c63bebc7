# syntax=docker/dockerfile:1

# Images of pctransfers and of the emulator:
#
#   docker build --target command --tag pctransfers .
#   docker build --target emulator --tag partner-center-emulator .
#
# The gates of this repository have no container runtime and do not build it. A test checks that the
# files, packages and arguments that it names exist, and that the compiler is the pinned one.

FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
COPY . .
# The commit for `pctransfers --version`: the context contains no git.
ARG PCTRANSFERS_COMMIT
RUN cargo build --release --locked --package pctransfers --package partner-center-emulator

# With root certificates and without a shell. The user has no rights.
FROM gcr.io/distroless/cc-debian12:nonroot AS emulator
COPY --from=build /src/target/release/partner-center-emulator /usr/local/bin/
EXPOSE 8484
ENTRYPOINT ["/usr/local/bin/partner-center-emulator"]
CMD ["serve", "--listen", "0.0.0.0:8484", "--allow-remote"]

# The last one is the default target.
FROM gcr.io/distroless/cc-debian12:nonroot AS command
COPY --from=build /src/target/release/pctransfers /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/pctransfers"]
