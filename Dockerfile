# The web, the worker and beat: one image, three commands. Development packages are not in it.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# What is compiled here no process of the web compiles again, and keeps 10 MB of having done so.
# Settings want their names to be set; nothing of these values stays in the image.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    STATIC_ROOT=/app/static-files python manage.py collectstatic --noinput \
 && python -OO -X no_debug_ranges -m compileall -q -x '/(tests?|lib2to3)/' /usr/local/lib/python3.11 . \
 && useradd --system --uid 10001 alliance \
 && install -d -o alliance /data/attachments

ENV STATIC_ROOT=/app/static-files MEDIA_ROOT=/data/attachments
USER alliance
EXPOSE 8000
CMD ["python", "-m", "alliance.web", "--bind", "0.0.0.0:8000"]
