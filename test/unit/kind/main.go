// Reads a configuration with kind's own loader, by the way that "kind create cluster --config" takes. There is no Docker, so kind stops where it
// would need it; what it says of the configuration comes before.
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/kind/pkg/cluster"
)

func main() {
	provider := cluster.NewProvider(cluster.ProviderWithDocker())
	fmt.Println(provider.Create("checked", cluster.CreateWithConfigFile(os.Args[1])))
}
