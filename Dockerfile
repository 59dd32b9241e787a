# One replica of the dashboard, with the shipped data inside. How to run it: docs/deploy.md.
# The minor version is pinned, so that a new build brings the security fixes of Python and Debian.
FROM python:3.11-slim-bookworm

WORKDIR /app

COPY requirements.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

COPY dashboard.py LICENSE ./
COPY .streamlit/config.toml .streamlit/
COPY geo geo
COPY pages pages
COPY data data
COPY deploy/prepare_static.py deploy/

# All the app would write at its start is written here: later nothing in /app needs to be writable.
RUN python -m deploy.prepare_static && python -m compileall -q geo pages

RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin coverage
USER 10001

ENV STREAMLIT_SERVER_ADDRESS=0.0.0.0
ENV STREAMLIT_SERVER_PORT=8501
ENV STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
ENV HOME=/tmp
ENV MPLCONFIGDIR=/tmp/matplotlib
EXPOSE 8501

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f\"http://127.0.0.1:{os.environ['STREAMLIT_SERVER_PORT']}/_stcore/health\", timeout=4)"]

CMD ["python", "-m", "streamlit", "run", "dashboard.py"]
