// Command init is process 1 of a namespace: it starts its arguments, passes signals on and reaps every orphan.
// Without arguments it only waits and reaps: that is what a pod's sandbox container does.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)

	child := 0
	if len(os.Args) > 1 {
		command := exec.Command(os.Args[1], os.Args[2:]...)
		command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := command.Start(); err != nil {
			fmt.Fprintln(os.Stderr, "init:", err)
			os.Exit(127)
		}
		child = command.Process.Pid
	}

	for received := range signals {
		if received == syscall.SIGCHLD {
			reap(child)
			continue
		}
		if child == 0 {
			os.Exit(0)
		}
		_ = syscall.Kill(child, received.(syscall.Signal))
	}
}

// reap collects every ended child; when it is the one that was started, init ends with its status.
func reap(child int) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if pid <= 0 || err != nil {
			return
		}
		if pid == child {
			os.Exit(status.ExitStatus())
		}
	}
}
