# Studio and worker in one image. GPU: build with --build-arg EXTRAS=demucs,scale and run with --gpus all.
FROM node:22-bookworm-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build -- --outDir /static

FROM python:3.12-slim-bookworm
ARG EXTRAS=scale
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HARMONIX_DATA_DIR=/data HARMONIX_HOST=0.0.0.0
WORKDIR /app
COPY pyproject.toml constraints.txt hatch_build.py README.md LICENSE NOTICE ./
COPY src/ src/
COPY --from=web /static src/harmonix_splitter/studio/static/
RUN pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]" \
    && useradd --create-home --uid 1000 harmonix \
    && install -d -o harmonix /data
USER 1000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready')"]
ENTRYPOINT ["harmonix"]
CMD ["serve"]
