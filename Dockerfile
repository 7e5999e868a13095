# Debian, not Alpine: Temporal's native core needs glibc.
FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY emulator ./emulator
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/cli.js /usr/local/bin/gdrive-sync && install -d -o node -g node /data
USER node
# glibc keeps memory aside for each of the many threads; without it a crawl is as fast and a tenth smaller.
ENV GDRIVE_SYNC_HOME=/data NODE_ENV=production MALLOC_ARENA_MAX=2
VOLUME /data
CMD ["node", "dist/worker.js"]
