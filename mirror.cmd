@echo off
rem Runs mirror from this directory of sources; builds it on first use.
rem   JAVA_HOME         the Java to use, 17 or newer; without it, the "java" on the PATH
rem   MIRROR_JAVA_OPTS  options for that Java, such as -Xmx2g
rem After a change of the sources, delete mirror-server\target\app to have it built again.
setlocal
set "HERE=%~dp0"
set "LIB=%HERE%mirror-server\target\app\lib"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"

"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo mirror: no Java found; install a JDK, 17 or newer, or set JAVA_HOME 1>&2
    exit /b 1
)

if exist "%LIB%\" goto run
where mvn >nul 2>&1
if errorlevel 1 (
    echo mirror: not built yet, and building needs Maven 3.8 or newer on the PATH 1>&2
    exit /b 1
)
echo mirror: building (first use, about a minute) ... 1>&2
if not exist "%HERE%target\" mkdir "%HERE%target"
pushd "%HERE%"
call mvn -q -DskipTests -Dfast package -pl mirror-server -am >"%HERE%target\mirror-build.log" 2>&1
set "RESULT=%ERRORLEVEL%"
popd
if not "%RESULT%"=="0" (
    type "%HERE%target\mirror-build.log" 1>&2
    echo mirror: the build failed 1>&2
    exit /b 1
)
echo mirror: done 1>&2

:run
"%JAVA%" -XX:+ExitOnOutOfMemoryError %MIRROR_JAVA_OPTS% -cp "%LIB%\*" dev.mirror.server.Main %*
exit /b %ERRORLEVEL%
