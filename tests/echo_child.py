"""A child for the tests of processor.children: what it is told first it says back, and it ends when its line does."""

import os
import socket

from processor.children import SOCKET, let_the_server_go_first

if __name__ == "__main__":
    let_the_server_go_first()
    line = socket.socket(fileno=os.dup(SOCKET))
    line.send(line.recv(100))
    line.recv(100)
