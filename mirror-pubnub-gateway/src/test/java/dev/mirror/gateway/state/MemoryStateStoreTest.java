package dev.mirror.gateway.state;

class MemoryStateStoreTest extends StateStoreContract {
    @Override
    StateStore open() {
        return new MemoryStateStore();
    }
}
