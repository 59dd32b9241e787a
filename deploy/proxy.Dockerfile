# The proxy before the replicas: Debian's nginx, as a user without rights.
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends nginx \
    && rm -rf /var/lib/apt/lists/*

COPY nginx.conf /etc/nginx/nginx.conf

USER www-data
EXPOSE 8080 8443

CMD ["nginx", "-g", "daemon off;"]
