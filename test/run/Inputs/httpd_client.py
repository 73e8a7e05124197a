"""Starts examples/httpd and checks its responses: several connections at once move
amounts between keys, and every answer must be one that some order allows."""

import http.client
import re
import shutil
import subprocess
import sys
import threading

CLIENTS, REQUESTS, ACCOUNTS, START = 4, 60, 6, 1000

server = subprocess.Popen([sys.argv[1], "-t", "100"], stdout=subprocess.PIPE, text=True)
port = int(re.search(r":(\d+)", server.stdout.readline())[1])
problems = []


def ask(connection, method, path, body=None):
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read().decode()


def expect(what, got, wanted):
    if got != wanted:
        problems.append(f"{what}: {got!r} instead of {wanted!r}")


def connect():
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def client(number):
    connection = connect()
    for i in range(REQUESTS):
        source, target = (number + i) % ACCOUNTS, (number * 3 + i * 5 + 1) % ACCOUNTS
        expect("move", ask(connection, "POST", f"/a{source}/a{target}/{i}"), (200, "moved\n"))
        if i % 7 == 0:
            # Taken in the middle of others' moves: the sum never changes.
            expect("sum", ask(connection, "GET", "/"),
                   (200, f"{ACCOUNTS + 1} keys, sum {ACCOUNTS * START}\n"))
        expect("hit", ask(connection, "GET", "/page")[0], 200)
    connection.close()


def load():
    """A second of wrk: every response is there and right; times are not looked at."""
    if not shutil.which("wrk"):
        return
    result = subprocess.run(["wrk", "-t", "1", "-c", "4", "-d", "1", f"http://127.0.0.1:{port}/page"],
                            capture_output=True, text=True, timeout=60, check=False)
    requests = re.search(r"(\d+) requests in", result.stdout)
    if not requests or int(requests[1]) == 0 or re.search("Non-2xx|Socket errors", result.stdout):
        problems.append(f"wrk: {result.stdout}{result.stderr}")


def main():
    connection = connect()
    for account in range(ACCOUNTS):
        expect("put", ask(connection, "PUT", f"/a{account}", str(START)), (201, "stored\n"))
    expect("put", ask(connection, "PUT", "/page", "hello"), (201, "stored\n"))
    expect("missing", ask(connection, "GET", "/nothing"), (404, "no such key\n"))
    expect("method", ask(connection, "BREW", "/a0")[0], 405)
    threads = [threading.Thread(target=client, args=(i,)) for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each hit was counted once, whatever was undone and run again.
    expect("hits", ask(connection, "GET", "/page"), (200, f"hello ({CLIENTS * REQUESTS + 1})\n"))
    load()
    expect("delete", ask(connection, "DELETE", "/page")[0], 200)
    expect("gone", ask(connection, "GET", "/page")[0], 404)
    expect("end", ask(connection, "GET", "/"), (200, f"{ACCOUNTS} keys, sum {ACCOUNTS * START}\n"))


try:
    main()
finally:
    server.kill()
    server.wait()
print("\n".join(problems[:10]) or "all answers are right")
sys.exit(1 if problems else 0)
