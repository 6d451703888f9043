package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

func version(r *runtime, _ []string) error {
	answer, err := r.Version(r, &cri.VersionRequest{})
	if err == nil {
		fmt.Printf("RuntimeName:  %s\nRuntimeVersion:  %s\nRuntimeApiVersion:  %s\n",
			answer.RuntimeName, answer.RuntimeVersion, answer.RuntimeApiVersion)
	}
	return err
}

func info(r *runtime, _ []string) error {
	answer, err := r.Status(r, &cri.StatusRequest{Verbose: true})
	if err != nil {
		return err
	}
	return show(answer)
}

func inspect(r *runtime, args []string) error {
	return each(args, func(id string) error {
		answer, err := r.ContainerStatus(r, &cri.ContainerStatusRequest{ContainerId: id})
		if err != nil {
			return err
		}
		return show(answer)
	})
}

func pods(r *runtime, args []string) error {
	answer, err := r.ListPodSandbox(r, &cri.ListPodSandboxRequest{})
	if err != nil {
		return err
	}
	if wantsJSON(args) {
		return podsAsJSON(answer.Items)
	}
	rows := [][]string{{"POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT"}}
	for _, pod := range answer.Items {
		state := strings.TrimPrefix(pod.State.String(), "SANDBOX_")
		rows = append(rows, []string{pod.Id, age(pod.CreatedAt), state, pod.Metadata.Name, pod.Metadata.Namespace,
			fmt.Sprint(pod.Metadata.Attempt)})
	}
	return table(rows, args)
}

func containers(r *runtime, args []string) error {
	request := &cri.ListContainersRequest{Filter: &cri.ContainerFilter{}}
	if !slices.ContainsFunc(args, func(arg string) bool { return arg == "-a" || arg == "--all" || arg == "-aq" }) {
		request.Filter.State = &cri.ContainerStateValue{State: cri.ContainerState_CONTAINER_RUNNING}
	}
	answer, err := r.ListContainers(r, request)
	if err != nil {
		return err
	}
	rows := [][]string{{"CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID"}}
	for _, one := range answer.Containers {
		state := strings.TrimPrefix(one.State.String(), "CONTAINER_")
		rows = append(rows, []string{one.Id, one.Image.Image, age(one.CreatedAt), state, one.Metadata.Name,
			fmt.Sprint(one.Metadata.Attempt), one.PodSandboxId})
	}
	return table(rows, args)
}

func images(r *runtime, args []string) error {
	answer, err := r.images.ListImages(r, &cri.ListImagesRequest{})
	if err != nil {
		return err
	}
	rows := [][]string{{"IMAGE ID", "IMAGE", "SIZE"}}
	for _, image := range answer.Images {
		rows = append(rows, []string{image.Id, strings.Join(image.RepoTags, ","), fmt.Sprint(image.Size)})
	}
	return table(rows, args)
}

func pull(r *runtime, args []string) error {
	return each(args, func(name string) error {
		answer, err := r.images.PullImage(r, &cri.PullImageRequest{Image: &cri.ImageSpec{Image: name}})
		if err == nil {
			fmt.Println("Image is up to date for", answer.ImageRef)
		}
		return err
	})
}

func logs(r *runtime, args []string) error {
	return each(args, func(id string) error {
		answer, err := r.ContainerStatus(r, &cri.ContainerStatusRequest{ContainerId: id})
		if err != nil {
			return err
		}
		file, err := os.Open(answer.Status.LogPath)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(os.Stdout, file)
		return err
	})
}

func stop(r *runtime, args []string) error {
	return each(args, func(id string) error {
		_, err := r.StopContainer(r, &cri.StopContainerRequest{ContainerId: id, Timeout: 10})
		return said(id, err)
	})
}

func remove(r *runtime, args []string) error {
	return each(args, func(id string) error {
		_, err := r.RemoveContainer(r, &cri.RemoveContainerRequest{ContainerId: id})
		return said(id, err)
	})
}

func stopPods(r *runtime, args []string) error {
	return each(args, func(id string) error {
		_, err := r.StopPodSandbox(r, &cri.StopPodSandboxRequest{PodSandboxId: id})
		return said(id, err)
	})
}

func removePods(r *runtime, args []string) error {
	return each(args, func(id string) error {
		_, err := r.RemovePodSandbox(r, &cri.RemovePodSandboxRequest{PodSandboxId: id})
		return said(id, err)
	})
}

func removeImages(r *runtime, args []string) error {
	return each(args, func(name string) error {
		_, err := r.images.RemoveImage(r, &cri.RemoveImageRequest{Image: &cri.ImageSpec{Image: name}})
		return said(name, err)
	})
}

// each goes on after a failure, so that one broken container does not keep the others.
func each(args []string, do func(string) error) error {
	var failures []error
	done := 0
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			continue
		}
		done++
		failures = append(failures, do(arg))
	}
	if done == 0 {
		return errors.New("the command needs at least one name or id")
	}
	return errors.Join(failures...)
}

func said(id string, err error) error {
	if err == nil {
		fmt.Println(id)
	}
	return err
}

func table(rows [][]string, args []string) error {
	if slices.ContainsFunc(args, func(arg string) bool { return arg == "-q" || arg == "--quiet" || arg == "-aq" }) {
		for _, row := range rows[1:] {
			fmt.Println(row[0])
		}
		return nil
	}
	columns := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		if len(row[0]) > 13 {
			row[0] = strings.TrimPrefix(row[0], "sha256:")[:13]
		}
		fmt.Fprintln(columns, strings.Join(row, "\t"))
	}
	return columns.Flush()
}

func age(created int64) string {
	return time.Since(time.Unix(0, created)).Round(time.Second).String() + " ago"
}

func show(answer any) error {
	written := json.NewEncoder(os.Stdout)
	written.SetIndent("", "  ")
	return written.Encode(answer)
}
