"""Prints every datagram that arrives at the unix socket named by its argument: what systemd's end of NOTIFY_SOCKET does."""
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("listening", flush=True)
while True:
    for line in receiver.recv(4096).decode().splitlines():
        print(line, flush=True)
