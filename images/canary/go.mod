module kubedrill.internal/canary

go 1.24.0
