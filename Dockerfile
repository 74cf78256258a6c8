# syntax=docker/dockerfile:1
# docker build -t yeta-sim .        How to run it: docs/containers.md

ARG NODE_IMAGE=node:26-slim

# What npm would publish.
FROM ${NODE_IMAGE} AS pack
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
# Without the workspace, which brings a Node for checkouts: here there is one.
RUN npm ci
COPY . .
RUN mkdir /pack && npm pack --pack-destination /pack

# What npm would install: nothing of the sources, nothing for development.
FROM ${NODE_IMAGE} AS install
COPY --from=pack /pack/yeta-sim-*.tgz /pack/
RUN npm install --prefix /opt/yeta-sim --omit=dev --no-save /pack/yeta-sim-*.tgz

FROM ${NODE_IMAGE}
COPY --from=install /opt/yeta-sim /opt/yeta-sim
RUN ln -s /opt/yeta-sim/node_modules/.bin/yeta-sim /usr/local/bin/yeta-sim \
 && install --directory --owner=node --group=node /data /yeta-sim
# Reached from other machines: /_sim/ asks for YETA_SIM_ADMIN_TOKEN, which is made up and printed unless it is set.
ENV NODE_ENV=production \
    YETA_SIM_HOST=0.0.0.0 \
    YETA_SIM_SIP_HOST=0.0.0.0 \
    YETA_SIM_ALLOWED_HOSTS=yeta-sim,host.docker.internal
USER node
# Here yeta-sim.config.yaml, the files that it names and yeta-sim-tls/ are looked for.
WORKDIR /yeta-sim
EXPOSE 8720 8443 15060/tcp 15060/udp
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --start-interval=500ms --retries=3 \
  CMD ["yeta-sim", "readyz"]
# Node itself is PID 1: it takes SIGTERM, and starts nothing that somebody would have to reap.
ENTRYPOINT ["yeta-sim"]
CMD ["start"]
