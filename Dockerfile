# The image of web, worker, beat and migrate. tests/house/test_compose.py holds it to the code.

FROM node:22.12.0-bookworm-slim AS fonts
WORKDIR /srv/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.12.8-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=yiwu_portal.settings
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core fonts-noto-cjk gettext \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/portal
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY --from=fonts /srv/portal/node_modules ./node_modules
COPY . .
# no secret is baked in: these words live for this one line
RUN for po in locale/*/LC_MESSAGES/*.po; do [ ! -e "$po" ] || msgfmt -o "${po%.po}.mo" "$po"; done \
    && SECRET_KEY=build FIELD_ENCRYPTION_SALTS=build BLIND_INDEX_KEY=build HISTORY_SIGNING_KEY=build \
       DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
       STATIC_BACKEND=whitenoise.storage.CompressedManifestStaticFilesStorage \
       python manage.py collectstatic --no-input --verbosity 0
RUN useradd --uid 10001 --no-create-home portal \
    && install -d -o portal -g portal /srv/files /srv/checkpoints
USER portal
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--backpressure", "64", "--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws", "yiwu_portal.wsgi:application"]
