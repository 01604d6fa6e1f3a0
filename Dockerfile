# docker build -t traild .
# docker run --network host -v traild:/data traild
#
# traild listens on loopback addresses only, so that nobody reads an audit log by accident. In a
# container that is the container's own loopback, which a published port (-p) does not reach: share
# the host's network as above, or put a proxy that checks who asks into the same network namespace
# (--network container:NAME; a pod).
#
# Load a directory of log files while no server runs on the volume:
# docker run --rm -v traild:/data -v /var/log/cloudtrail:/logs:ro traild import --data /data /logs

FROM debian:bookworm-slim AS build
WORKDIR /source
COPY script/bootstrap script/bootstrap
RUN script/bootstrap
COPY . .
RUN make -j"$(nproc)" && make install DESTDIR=/installed

FROM debian:bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        ca-certificates libcurl3-gnutls libdeflate0 libexpat1 libgnutls30 libjansson4 \
        libmicrohttpd12 libnettle8 libsqlite3-0 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home --shell /usr/sbin/nologin traild \
    && install -d -o traild -g traild -m 750 /data
COPY --from=build /installed/ /
USER traild
VOLUME /data
EXPOSE 8080
ENV TRAILD_LISTEN=127.0.0.1:8080 TRAILD_DATA=/data
STOPSIGNAL SIGTERM
# The shell speaks HTTP well enough for this: no further program is needed.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${TRAILD_LISTEN##*:} && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["traild"]
CMD ["serve"]
