# Two stages: the first has what building needs, the second only what running needs.
FROM maven:3-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -q -B -Dfast -DskipTests package -pl mirror-server -am

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --home-dir /var/lib/mirror --create-home mirror
COPY --from=build /src/mirror-server/target/app/lib /opt/mirror/lib
USER mirror
WORKDIR /var/lib/mirror
VOLUME /var/lib/mirror
EXPOSE 9000
# Inside a container loopback is of no use; the compose file and the manifest put TLS in front.
ENV MIRROR_HOST=0.0.0.0 MIRROR_DATA=/var/lib/mirror MIRROR_BEHIND_TLS_PROXY=true MIRROR_LOG_FORMAT=json
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-XX:MaxRAMPercentage=70", "-cp", "/opt/mirror/lib/*", "dev.mirror.server.Main"]
CMD ["server"]
